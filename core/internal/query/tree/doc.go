// Package tree turns query requests into a plan: the searches at the leaves, which read the segments, and how their results are merged. It is
// pure: requests in, plan out.
//
//	request                                plan
//	query                                  leaf(query, limit+offset)
//	mmr                                    leaf(nearest, candidates) → mmr(limit+offset)
//	prefetch a, b; query q                 a, b → q(limit+offset)
//	prefetch a; mmr                        a → nearest(candidates) → mmr(limit+offset)
//	prefetch (prefetch a, b; q); query r   a, b → q(limit of the prefetch) → r(limit+offset)
//
// Filters of inner levels are joined with those of all outer ones and apply at the leaves; every other parameter applies at its own level.
// Fusion and formula need a prefetch, a prefetch needs a query above it. Equal leaves of a batch are searched once, but for samples.
package tree
