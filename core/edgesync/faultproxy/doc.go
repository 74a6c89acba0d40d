// Package faultproxy is test support: it stands between a client and an http.Handler and does to answers what networks, proxies and failing
// servers do: cut them at any byte, stall, drip, reset, end them cleanly too early, repeat requests, lie about lengths, send bombs, pages and
// other statuses. Only tests import it.
package faultproxy
