// Package postings keeps for every token of a full-text index the ascending ids of the points that have it, compressed, and with positions also
// where in their texts.
//
//	postings.dat
//	 0      u64      number of lists T
//	 8      u64      sum of the lengths of all documents, 0 when lengths are not kept
//	16      24 bytes 0
//	40+24t           header of list t:
//	  +0    u64      absolute offset of the list
//	  +8    u32      number of chunks c, of 128 ids each
//	  +12   u32      bytes of packed ids
//	  +16   u8       bytes of padding after the positions, 0 to 3
//	  +17   u8       number r of remaining ids, below 128
//	  +18   2 bytes  0
//	  +20   u32      bytes of positions
//
// A list is
//
//	u32              last id
//	c chunks         u32 first id, u32 offset in the packed ids; with positions u32[128], where those of each id begin
//	packed ids       per chunk 128 differences to the id before (the first is 0) of w bits; 16·w is the size of the chunk
//	positions        u32 each; those of an id end where those of the next begin
//	padding          to a multiple of four bytes
//	r remaining ids  u32 id; with positions u32, where they begin
//
// Of 128 packed numbers number i is in lane i mod 4 at place i div 4. A lane puts its 32 numbers one after another, the lowest bit first, into w
// words of 32 bits; word k of lane l is word 4k+l of the chunk.
//
//	term_frequencies.dat
//	 0      u64      number of lists T
//	 8+12t  u64      offset of list t, from the end of this table
//	+8      u32      number of its points
//
// Of every point it keeps one less than how often the token is in its text:
//
//	u32[c+1]         offsets of the c chunks of 128 points in the packed numbers, and their size
//	packed numbers   as ids are packed, but not differences
//	u8               bits w of each of the remaining numbers
//	remaining        w bits each, the lowest bit first, up to a whole byte
//
// Whether lists have positions does not stand in the file: its reader knows.
package postings
