// Command avogen writes the amd64 distance kernels:
//
//	cd core/internal/kernel/avogen && go run . -out ../kernel_amd64.s -stubs ../kernel_stubs_amd64.go -pkg kernel
//
// It is a module of its own so that the product does not depend on avo.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	lanesAVX  = 8
	blockAVX  = 32
	lanesSSE  = 4
	blockSSE  = 16
	lineBytes = 64
)

// op is one distance; abs holds the mask that clears sign bits (Manhattan only).
type op struct {
	name string
	doc  string
	abs  VecVirtual
}

func main() {
	ConstraintExpr("amd64,!purego")
	ops := []*op{
		{name: "dot", doc: "the inner product"},
		{name: "l2", doc: "the negated squared Euclidean distance"},
		{name: "l1", doc: "the negated Manhattan distance"},
	}
	for _, o := range ops {
		pair(o)
		refs(o)
		rows(o)
	}
	Generate()
}

func pair(o *op) {
	TEXT(o.name+"Pair", NOSPLIT, "func(a, b *float32, n int) float32")
	Pragma("noescape")
	Doc(o.name + "Pair is " + o.doc + " of two vectors of n elements.")
	a, b, n := Load(Param("a"), GP64()), Load(Param("b"), GP64()), Load(Param("n"), GP64())
	o.setup()
	x := o.body(a, b, n)
	VZEROUPPER()
	Store(x, ReturnIndex(0))
	RET()
}

func rows(o *op) {
	TEXT(o.name+"Rows", NOSPLIT, "func(q, rows *float32, n, dim int, out *float32)")
	Pragma("noescape")
	Doc(o.name + "Rows is " + o.doc + " of q and n rows that lie one after the other.")
	q, b := Load(Param("q"), GP64()), Load(Param("rows"), GP64())
	n, dim, out := Load(Param("n"), GP64()), Load(Param("dim"), GP64()), Load(Param("out"), GP64())
	o.setup()
	a, left := GP64(), GP64()
	Label("row")
	TESTQ(n, n)
	JZ(LabelRef("end"))
	MOVQ(q, a)
	MOVQ(dim, left)
	x := o.body(a, b, left)
	VMOVSS(x, Mem{Base: out})
	ADDQ(U8(4), out)
	DECQ(n)
	JMP(LabelRef("row"))
	Label("end")
	VZEROUPPER()
	RET()
}

func refs(o *op) {
	TEXT(o.name+"Refs", NOSPLIT, "func(q *float32, rows **float32, n, dim, ahead int, out *float32)")
	Pragma("noescape")
	Doc(o.name+"Refs is "+o.doc+" of q and n rows given by address;",
		"row i+ahead is prefetched while row i is computed.")
	q, at := Load(Param("q"), GP64()), Load(Param("rows"), GP64())
	n, dim := Load(Param("n"), GP64()), Load(Param("dim"), GP64())
	ahead, out := Load(Param("ahead"), GP64()), Load(Param("out"), GP64())
	o.setup()
	stride, limit, next := GP64(), GP64(), GP64()
	MOVQ(dim, stride)
	SHLQ(U8(2), stride)
	LEAQ(Mem{Base: at, Index: n, Scale: 8}, limit)
	MOVQ(at, next)
	Label("warm")
	TESTQ(ahead, ahead)
	JZ(LabelRef("row"))
	CMPQ(next, limit)
	JAE(LabelRef("row"))
	prefetch("warm", next, stride)
	DECQ(ahead)
	JMP(LabelRef("warm"))
	a, b, left := GP64(), GP64(), GP64()
	Label("row")
	CMPQ(at, limit)
	JAE(LabelRef("end"))
	CMPQ(next, limit)
	JAE(LabelRef("compute"))
	prefetch("row", next, stride)
	Label("compute")
	MOVQ(Mem{Base: at}, b)
	MOVQ(q, a)
	MOVQ(dim, left)
	x := o.body(a, b, left)
	VMOVSS(x, Mem{Base: out})
	ADDQ(U8(4), out)
	ADDQ(U8(8), at)
	JMP(LabelRef("row"))
	Label("end")
	VZEROUPPER()
	RET()
}

// prefetch touches every cache line of the row that next points at and advances next.
func prefetch(label string, next, stride Register) {
	line, end := GP64(), GP64()
	MOVQ(Mem{Base: next}, line)
	LEAQ(Mem{Base: line, Index: stride, Scale: 1}, end)
	ANDQ(I8(-lineBytes), line)
	Label(label + "_line")
	PREFETCHT0(Mem{Base: line})
	ADDQ(U8(lineBytes), line)
	CMPQ(line, end)
	JB(LabelRef(label + "_line"))
	ADDQ(U8(8), next)
}

func (o *op) setup() {
	if o.name != "l1" {
		return
	}
	g, x := GP32(), XMM()
	o.abs = YMM()
	MOVL(U32(0x7fffffff), g)
	VMOVD(g, x)
	VPBROADCASTD(x, o.abs)
}

// body emits the distance of a and b over n elements. It consumes the three registers.
func (o *op) body(a, b, n Register) VecVirtual {
	x := XMM()
	CMPQ(n, U8(blockAVX))
	JL(LabelRef("narrow"))
	o.wide(a, b, n, x)
	JMP(LabelRef("tail"))
	Label("narrow")
	CMPQ(n, U8(blockSSE))
	JL(LabelRef("scalar"))
	o.narrow(a, b, n, x)
	JMP(LabelRef("tail"))
	Label("scalar")
	signBit(x)
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	o.single(a, b, x)
	advance(a, b, n, 1)
	JMP(LabelRef("tail"))
	Label("done")
	if o.name != "dot" {
		sign := XMM()
		signBit(sign)
		VXORPS(sign, x, x)
	}
	return x
}

// wide is the 4 accumulators of 8 lanes with fused multiply-add, as simple_avx.rs.
func (o *op) wide(a, b, n Register, x VecVirtual) {
	acc := []VecVirtual{YMM(), YMM(), YMM(), YMM()}
	for _, r := range acc {
		VXORPS(r, r, r)
	}
	Label("block")
	for i, r := range acc {
		t := YMM()
		o.step(t, r, Mem{Base: a, Disp: i * lanesAVX * 4}, Mem{Base: b, Disp: i * lanesAVX * 4}, o.abs, true)
	}
	advance(a, b, n, blockAVX)
	CMPQ(n, U8(blockAVX))
	JGE(LabelRef("block"))
	VADDPS(acc[1], acc[0], acc[0])
	VADDPS(acc[3], acc[2], acc[2])
	VADDPS(acc[2], acc[0], acc[0])
	VEXTRACTF128(Imm(1), acc[0], x)
	VADDPS(acc[0].AsX(), x, x)
	VHADDPS(x, x, x)
	VHADDPS(x, x, x)
}

// narrow is one block of 4 accumulators of 4 lanes without fusing, as simple_sse.rs.
func (o *op) narrow(a, b, n Register, x VecVirtual) {
	acc := []VecVirtual{XMM(), XMM(), XMM(), XMM()}
	for i, r := range acc {
		VXORPS(r, r, r)
		t := XMM()
		var abs VecVirtual
		if o.abs != nil {
			abs = o.abs.AsX().(VecVirtual)
		}
		o.step(t, r, Mem{Base: a, Disp: i * lanesSSE * 4}, Mem{Base: b, Disp: i * lanesSSE * 4}, abs, false)
		h := XMM()
		VMOVHLPS(r, r, h)
		VADDPS(h, r, r)
		VMOVSHDUP(r, h)
		VADDSS(h, r, r)
	}
	VADDSS(acc[1], acc[0], x)
	VADDSS(acc[2], x, x)
	VADDSS(acc[3], x, x)
	advance(a, b, n, blockSSE)
}

func (o *op) step(t, acc VecVirtual, a, b Mem, abs VecVirtual, fused bool) {
	VMOVUPS(a, t)
	switch {
	case o.name == "dot" && fused:
		VFMADD231PS(b, t, acc)
		return
	case o.name == "dot":
		VMULPS(b, t, t)
	case o.name == "l2" && fused:
		VSUBPS(b, t, t)
		VFMADD231PS(t, t, acc)
		return
	case o.name == "l2":
		VSUBPS(b, t, t)
		VMULPS(t, t, t)
	default:
		VSUBPS(b, t, t)
		VANDPS(abs, t, t)
	}
	VADDPS(acc, t, acc)
}

// single adds one element to x: multiply, then add.
func (o *op) single(a, b Register, x VecVirtual) {
	t := XMM()
	VMOVSS(Mem{Base: a}, t)
	switch o.name {
	case "dot":
		VMULSS(Mem{Base: b}, t, t)
	case "l2":
		VSUBSS(Mem{Base: b}, t, t)
		VMULSS(t, t, t)
	default:
		VSUBSS(Mem{Base: b}, t, t)
		VANDPS(o.abs.AsX(), t, t)
	}
	VADDSS(t, x, x)
}

func advance(a, b, n Register, count int) {
	ADDQ(I32(count*4), a)
	ADDQ(I32(count*4), b)
	SUBQ(I32(count), n)
}

// signBit sets x to -0.0, the value from which Rust's f32 sum starts.
func signBit(x VecVirtual) {
	g := GP32()
	MOVL(U32(0x80000000), g)
	VMOVD(g, x)
}
