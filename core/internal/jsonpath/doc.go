// Package jsonpath finds and changes values inside raw JSON objects by Qdrant's payload keys.
//
// A path is a key and then any number of steps: .key, [3], []. A key is made of letters, digits, _ and -,
// or stands in double quotes, in which neither a quote nor a backslash can appear. An array is entered
// only by a step in brackets: "a.b" finds nothing in {"a":[{"b":1}]}, "a[].b" does.
//
// Changes print canonical JSON and keep the key order that the reference engine keeps: a new key goes to
// the end, a replaced value stays in place, and a removed key is replaced by the last one of its object.
// Documents and sources must be canonical objects (package rawjson).
package jsonpath
