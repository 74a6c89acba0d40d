package topk

// Key packs a point so that a better one is a greater number; the upper half alone orders scores.
func Key(id uint32, score float32) uint64 { return uint64(ordered(score))<<32 | uint64(^id) }

// OfKey is the reverse of Key.
func OfKey(key uint64) Scored { return Scored{ID: IDOfKey(key), Score: unordered(uint32(key >> 32))} }

// IDOfKey is the id in a key.
func IDOfKey(key uint64) uint32 { return ^uint32(key) }
