// Package numeric keeps integers, floats and datetimes of points in order.
package numeric
