// Package geo tells which places lie in an area: in a box, in a circle on the sphere, in a polygon with holes. Edges are outside.
package geo
