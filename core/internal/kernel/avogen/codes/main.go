// Command codes writes the amd64 kernels over bytes, halves and codes:
//
//	cd core/internal/kernel/avogen && go run ./codes -out ../codes_amd64.s -stubs ../codes_stubs_amd64.go -pkg kernel
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64,!purego")
	bytes("dotBytes", "Σ a·b", func(a, b, sum VecVirtual) { VPMADDWD(b, a, a); VPADDD(a, sum, sum) })
	bytes("squareBytes", "Σ (a-b)²", func(a, b, sum VecVirtual) { VPSUBW(b, a, a); VPMADDWD(a, a, a); VPADDD(a, sum, sum) })
	distance()
	widen()
	octets()
	nibbles()
	pairs()
	flags()
	column("addProducts", "x·c", func(x, c VecVirtual, _ VecVirtual) { VMULPS(c, x, c) })
	column("addSquares", "(x-c)²", func(x, c VecVirtual, _ VecVirtual) { VSUBPS(c, x, c); VMULPS(c, c, c) })
	column("addDistances", "|x-c|", func(x, c, abs VecVirtual) { VSUBPS(c, x, c); VANDPS(abs, c, c) })
	Generate()
}

// bytes is a sum over 16 bytes at a time, widened to words.
func bytes(name, doc string, step func(a, b, sum VecVirtual)) {
	TEXT(name, NOSPLIT, "func(a, b *uint8, n int) int64")
	Pragma("noescape")
	Doc(name + " is " + doc + " of n bytes, a multiple of 16 and at most 2^17.")
	a, b, n := Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	sum, x, y := YMM(), YMM(), YMM()
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	VPMOVZXBW(Mem{Base: a}, x)
	VPMOVZXBW(Mem{Base: b}, y)
	step(x, y, sum)
	ADDQ(U8(16), a)
	ADDQ(U8(16), b)
	SUBQ(U8(16), n)
	JMP(LabelRef("loop"))
	Label("end")
	finish(sum)
}

// finish returns the sum of eight signed lanes.
func finish(sum VecVirtual) {
	x, y, g := XMM(), XMM(), GP64()
	VEXTRACTI128(Imm(1), sum, x)
	lo, hi := YMM(), YMM()
	VPMOVSXDQ(sum.AsX(), lo)
	VPMOVSXDQ(x, hi)
	VPADDQ(hi, lo, lo)
	VEXTRACTI128(Imm(1), lo, x)
	VPADDQ(lo.AsX(), x, x)
	VPSRLDQ(Imm(8), x, y)
	VPADDQ(y, x, x)
	VMOVQ(x, g)
	VZEROUPPER()
	Store(g, ReturnIndex(0))
	RET()
}

func distance() {
	TEXT("distanceBytes", NOSPLIT, "func(a, b *uint8, n int) int64")
	Pragma("noescape")
	Doc("distanceBytes is Σ |a-b| of n bytes, a multiple of 32.")
	a, b, n := Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	sum, x := YMM(), YMM()
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	VMOVDQU(Mem{Base: a}, x)
	VPSADBW(Mem{Base: b}, x, x)
	VPADDQ(x, sum, sum)
	ADDQ(U8(32), a)
	ADDQ(U8(32), b)
	SUBQ(U8(32), n)
	JMP(LabelRef("loop"))
	Label("end")
	h, g := XMM(), GP64()
	VEXTRACTI128(Imm(1), sum, h)
	VPADDQ(sum.AsX(), h, h)
	t := XMM()
	VPSRLDQ(Imm(8), h, t)
	VPADDQ(t, h, h)
	VMOVQ(h, g)
	VZEROUPPER()
	Store(g, ReturnIndex(0))
	RET()
}

func widen() {
	TEXT("widenHalves", NOSPLIT, "func(dst *float32, src *uint16, n int)")
	Pragma("noescape")
	Doc("widenHalves widens n halves, a multiple of 8.")
	dst, src, n := Load(Param("dst"), GP64()), Load(Param("src"), GP64()), Load(Param("n"), GP64())
	x := YMM()
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	VCVTPH2PS(Mem{Base: src}, x)
	VMOVUPS(x, Mem{Base: dst})
	ADDQ(U8(16), src)
	ADDQ(U8(32), dst)
	SUBQ(U8(8), n)
	JMP(LabelRef("loop"))
	Label("end")
	VZEROUPPER()
	RET()
}

const sums = ", at most 2^13 elements."

func octets() {
	TEXT("octets", NOSPLIT, "func(q *int16, row *uint8, n int) int64")
	Pragma("noescape")
	Doc("octets is Σ q·b over n bytes, a multiple of 16" + sums)
	q, row, n := Load(Param("q"), GP64()), Load(Param("row"), GP64()), Load(Param("n"), GP64())
	sum, x := YMM(), YMM()
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	VPMOVZXBW(Mem{Base: row}, x)
	VPMADDWD(Mem{Base: q}, x, x)
	VPADDD(x, sum, sum)
	ADDQ(U8(16), row)
	ADDQ(U8(32), q)
	SUBQ(U8(16), n)
	JMP(LabelRef("loop"))
	Label("end")
	finish(sum)
}

// add adds the products of 16 signed bytes and words.
func add(x VecVirtual, q Mem, sum VecVirtual) {
	w := YMM()
	VPMOVSXBW(x, w)
	VPMADDWD(q, w, w)
	VPADDD(w, sum, sum)
}

// split gives the low and the high four bits of the bytes of x in their order: those of the first eight bytes, those of the others.
func split(x, mask VecVirtual) (first, second VecVirtual) {
	hi := XMM()
	VPSRLW(Imm(4), x, hi)
	VPAND(mask, x, x)
	VPAND(mask, hi, hi)
	first, second = XMM(), XMM()
	VPUNPCKLBW(hi, x, first)
	VPUNPCKHBW(hi, x, second)
	return first, second
}

func nibbles() {
	TEXT("nibbles", NOSPLIT, "func(q *int16, row *uint8, table *[16]int8, n int) int64")
	Pragma("noescape")
	Doc("nibbles is Σ q·table[c] over the codes of four bits of n bytes, a multiple of 16" + sums)
	q, row := Load(Param("q"), GP64()), Load(Param("row"), GP64())
	at, n := Load(Param("table"), GP64()), Load(Param("n"), GP64())
	table, mask := XMM(), fours()
	VMOVDQU(Mem{Base: at}, table)
	sum := YMM()
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	x := XMM()
	VMOVDQU(Mem{Base: row}, x)
	first, second := split(x, mask)
	VPSHUFB(first, table, first)
	VPSHUFB(second, table, second)
	add(first, Mem{Base: q}, sum)
	add(second, Mem{Base: q, Disp: 32}, sum)
	ADDQ(U8(16), row)
	ADDQ(U8(64), q)
	SUBQ(U8(16), n)
	JMP(LabelRef("loop"))
	Label("end")
	finish(sum)
}

func fours() VecVirtual {
	g, mask := GP32(), XMM()
	MOVL(U32(0x0f0f0f0f), g)
	VMOVD(g, mask)
	VPBROADCASTD(mask, mask)
	return mask
}

func pairs() {
	TEXT("pairs", NOSPLIT, "func(q *int16, row *uint8, tables *[32]int8, n int) int64")
	Pragma("noescape")
	Doc("pairs is Σ q·table[c] over the codes of two bits of n bytes, a multiple of 8"+sums, "tables has the value of the first code of four bits, then of the second one.")
	q, row := Load(Param("q"), GP64()), Load(Param("row"), GP64())
	at, n := Load(Param("tables"), GP64()), Load(Param("n"), GP64())
	one, two, mask := XMM(), XMM(), fours()
	VMOVDQU(Mem{Base: at}, one)
	VMOVDQU(Mem{Base: at, Disp: 16}, two)
	sum := YMM()
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	x, hi := XMM(), XMM()
	VMOVQ(Mem{Base: row}, x)
	VPSRLW(Imm(4), x, hi)
	VPAND(mask, x, x)
	VPAND(mask, hi, hi)
	VPUNPCKLBW(hi, x, x)
	a, b, first, second := XMM(), XMM(), XMM(), XMM()
	VPSHUFB(x, one, a)
	VPSHUFB(x, two, b)
	VPUNPCKLBW(b, a, first)
	VPUNPCKHBW(b, a, second)
	add(first, Mem{Base: q}, sum)
	add(second, Mem{Base: q, Disp: 32}, sum)
	ADDQ(U8(8), row)
	ADDQ(U8(64), q)
	SUBQ(U8(8), n)
	JMP(LabelRef("loop"))
	Label("end")
	finish(sum)
}

func flags() {
	TEXT("flags", NOSPLIT, "func(q *int16, row *uint8, places *[16]uint16, n int) int64")
	Pragma("noescape")
	Doc("flags adds up the q of the bits that are set in n bytes, a multiple of 2"+sums, "places has the 16 powers of two.")
	q, row := Load(Param("q"), GP64()), Load(Param("row"), GP64())
	at, n := Load(Param("places"), GP64()), Load(Param("n"), GP64())
	places, ones, sum, x := YMM(), YMM(), YMM(), YMM()
	VMOVDQU(Mem{Base: at}, places)
	VPCMPEQW(ones, ones, ones)
	VPSRLW(Imm(15), ones, ones)
	VPXOR(sum, sum, sum)
	Label("loop")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	VPBROADCASTW(Mem{Base: row}, x)
	VPAND(places, x, x)
	VPCMPEQW(places, x, x)
	VPAND(Mem{Base: q}, x, x)
	VPMADDWD(ones, x, x)
	VPADDD(x, sum, sum)
	ADDQ(U8(2), row)
	ADDQ(U8(32), q)
	SUBQ(U8(2), n)
	JMP(LabelRef("loop"))
	Label("end")
	finish(sum)
}

// column adds a term to each of 256 sums.
func column(name, doc string, term func(x, c, abs VecVirtual)) {
	TEXT(name, NOSPLIT, "func(sums, column *float32, x float32)")
	Pragma("noescape")
	Doc(name + " adds " + doc + " for each c of a column to 256 sums, multiplied and then added.")
	sums, at := Load(Param("sums"), GP64()), Load(Param("column"), GP64())
	one, x, abs, n := XMM(), YMM(), YMM(), GP64()
	Load(Param("x"), one)
	VBROADCASTSS(one, x)
	VPCMPEQD(abs, abs, abs)
	VPSRLD(Imm(1), abs, abs)
	MOVQ(U32(256), n)
	Label("loop")
	c := YMM()
	VMOVUPS(Mem{Base: at}, c)
	term(x, c, abs)
	VADDPS(Mem{Base: sums}, c, c)
	VMOVUPS(c, Mem{Base: sums})
	ADDQ(U8(32), at)
	ADDQ(U8(32), sums)
	SUBQ(U8(8), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
