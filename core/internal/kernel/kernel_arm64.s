//go:build arm64 && !purego

#include "textflag.h"

// Vector float operations that the Go assembler lacks.
#define FSUB_4S(m, n, d)  WORD $(0x4ea0d400 | (m)<<16 | (n)<<5 | (d))
#define FADD_4S(m, n, d)  WORD $(0x4e20d400 | (m)<<16 | (n)<<5 | (d))
#define FABS_4S(n, d)     WORD $(0x4ea0f800 | (n)<<5 | (d))
#define FADDP_4S(m, n, d) WORD $(0x6e20d400 | (m)<<16 | (n)<<5 | (d))

#define ZERO_SUMS \
	VEOR V0.B16, V0.B16, V0.B16; \
	VEOR V1.B16, V1.B16, V1.B16; \
	VEOR V2.B16, V2.B16, V2.B16; \
	VEOR V3.B16, V3.B16, V3.B16

#define LOAD_BLOCK \
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]; \
	VLD1.P 64(R1), [V16.S4, V17.S4, V18.S4, V19.S4]

#define SUB_BLOCK \
	FSUB_4S(16, 4, 4); \
	FSUB_4S(17, 5, 5); \
	FSUB_4S(18, 6, 6); \
	FSUB_4S(19, 7, 7)

// HSUM adds the lanes of one register as vaddvq_f32: (x0+x1)+(x2+x3).
#define HSUM(r) \
	FADDP_4S(r, r, r); \
	FADDP_4S(r, r, r)

// SUM_EACH is ((h1+h2)+h3)+h4 of the four lane sums.
#define SUM_EACH \
	HSUM(0); \
	HSUM(1); \
	HSUM(2); \
	HSUM(3); \
	FADDS F1, F0, F0; \
	FADDS F2, F0, F0; \
	FADDS F3, F0, F0

// func dotNEON(a, b *float32, n int) float32, n >= 16
TEXT ·dotNEON(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	ZERO_SUMS
block:
	CMP $16, R2
	BLT sum
	LOAD_BLOCK
	VFMLA V16.S4, V4.S4, V0.S4
	VFMLA V17.S4, V5.S4, V1.S4
	VFMLA V18.S4, V6.S4, V2.S4
	VFMLA V19.S4, V7.S4, V3.S4
	SUB $16, R2
	B block
sum:
	SUM_EACH
tail:
	CBZ R2, done
	FMOVS.P 4(R0), F4
	FMOVS.P 4(R1), F5
	FMULS F5, F4, F4
	FADDS F4, F0, F0
	SUB $1, R2
	B tail
done:
	FMOVS F0, ret+24(FP)
	RET

// func euclidNEON(a, b *float32, n int) float32, n >= 16
TEXT ·euclidNEON(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	ZERO_SUMS
block:
	CMP $16, R2
	BLT sum
	LOAD_BLOCK
	SUB_BLOCK
	VFMLA V4.S4, V4.S4, V0.S4
	VFMLA V5.S4, V5.S4, V1.S4
	VFMLA V6.S4, V6.S4, V2.S4
	VFMLA V7.S4, V7.S4, V3.S4
	SUB $16, R2
	B block
sum:
	SUM_EACH
tail:
	CBZ R2, done
	FMOVS.P 4(R0), F4
	FMOVS.P 4(R1), F5
	FSUBS F5, F4, F4
	FMULS F4, F4, F4
	FADDS F4, F0, F0
	SUB $1, R2
	B tail
done:
	FNEGS F0, F0
	FMOVS F0, ret+24(FP)
	RET

// func manhattanNEON(a, b *float32, n int) float32, n >= 16
TEXT ·manhattanNEON(SB), NOSPLIT, $0-28
	MOVD a+0(FP), R0
	MOVD b+8(FP), R1
	MOVD n+16(FP), R2
	ZERO_SUMS
block:
	CMP $16, R2
	BLT sum
	LOAD_BLOCK
	SUB_BLOCK
	FABS_4S(4, 4)
	FABS_4S(5, 5)
	FABS_4S(6, 6)
	FABS_4S(7, 7)
	FADD_4S(4, 0, 0)
	FADD_4S(5, 1, 1)
	FADD_4S(6, 2, 2)
	FADD_4S(7, 3, 3)
	SUB $16, R2
	B block
sum:
	SUM_EACH
tail:
	CBZ R2, done
	FMOVS.P 4(R0), F4
	FMOVS.P 4(R1), F5
	FSUBS F5, F4, F4
	FABSS F4, F4
	FADDS F4, F0, F0
	SUB $1, R2
	B tail
done:
	FNEGS F0, F0
	FMOVS F0, ret+24(FP)
	RET

// func squaresNEON(v *float32, n int) float32, n >= 16
// The four sums are added before the lanes, unlike in dotNEON.
TEXT ·squaresNEON(SB), NOSPLIT, $0-20
	MOVD v+0(FP), R0
	MOVD n+8(FP), R2
	ZERO_SUMS
block:
	CMP $16, R2
	BLT sum
	VLD1.P 64(R0), [V4.S4, V5.S4, V6.S4, V7.S4]
	VFMLA V4.S4, V4.S4, V0.S4
	VFMLA V5.S4, V5.S4, V1.S4
	VFMLA V6.S4, V6.S4, V2.S4
	VFMLA V7.S4, V7.S4, V3.S4
	SUB $16, R2
	B block
sum:
	FADD_4S(1, 0, 0)
	FADD_4S(3, 2, 2)
	FADD_4S(2, 0, 0)
	HSUM(0)
tail:
	CBZ R2, done
	FMOVS.P 4(R0), F4
	FMULS F4, F4, F4
	FADDS F4, F0, F0
	SUB $1, R2
	B tail
done:
	FMOVS F0, ret+16(FP)
	RET

// func prefetch(p *float32, n int), n in bytes
TEXT ·prefetch(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD n+8(FP), R1
	ADD R0, R1
line:
	PRFM (R0), PLDL1KEEP
	ADD $64, R0
	CMP R1, R0
	BLO line
	RET
