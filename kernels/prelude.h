// The words in which the kernels are written, for CUDA C++ (NVRTC, clang) and OpenCL C 1.2. No other file knows which it is.
//
//   KERNEL            a kernel of BLOCK threads a group, along one axis
//   DEVICE            a function that kernels call
//   IN(x) OUT(y)      a parameter: f32 elements that are read, or written; IN_OF, OUT_OF(type, name) for others.
//   IN_ANY OUT_ANY    parameters of activations, which are f32 or, in programs compiled with HALVES, 16-bit floats: two arguments, the tensor and its type (0 f32, 1 bf16, 2 fp16).
//                     FROM_ANY, INTO_ANY in the body; READ(x, i), READ4(x, i) at a multiple of four, WRITE(y, i, v, add): y[i] = v, or += v
//   FROM(x) INTO(y)   first lines of the body: makes the parameter a pointer x, null where no tensor was given. In OpenCL a tensor is a
//                     buffer and an element of it, since parts of the arena are aligned as elements are and no better.
//   GLOBAL LOCAL NEAR pointer to device memory; an array that a group shares; pointer to such an array.   LOCAL_FOURS: an array that begins at a multiple of 16 bytes
//   BARRIER           all threads of the group arrive, and see each other's writes to LOCAL arrays
//   LANE GROUP_X …    the thread's place in its group, the group's place in the grid
//   ID64 U64 U32      64-bit integers of ids, and unsigned words
//   WIDE              what sums of many terms are kept in: double, or float on devices that have no double
//   FOUR              four floats side by side, .x to .w; LOAD4(p), STORE4(p, v) at a multiple of 16 bytes, zeros()
//   BITS(f) FLOAT(u)  a float's bits, and back
//   UNROLL            before a loop of few turns, whose arrays are then registers
//   MATRIX_SUM        d [4] += a [4 words] * b [2 words] of a warp, as PTX's mma.sync of this form; only where there are tensor cores
//   PUT(y, i, v, add) y[i] = v, or += v

#ifndef BLOCK
#define BLOCK 256
#endif

#ifdef __OPENCL_VERSION__

#pragma OPENCL FP_CONTRACT ON
#ifdef HAS_DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#define KERNEL __kernel __attribute__((reqd_work_group_size(BLOCK, 1, 1)))
#define DEVICE static inline
#define GLOBAL __global
#define LOCAL __local
#define LOCAL_FOURS __local __attribute__((aligned(16)))
#define NEAR __local
#define IN_OF(type, name) __global const type* name##_memory, long name##_at
#define OUT_OF(type, name) __global type* name##_memory, long name##_at
#define FROM_OF(type, name) __global const type* name = name##_at < 0 ? 0 : name##_memory + name##_at;
#define INTO_OF(type, name) __global type* name = name##_at < 0 ? 0 : name##_memory + name##_at;
#define IN_ANY(name) __global const void* name##_memory, long name##_at, int name##_type
#define OUT_ANY(name) __global void* name##_memory, long name##_at, int name##_type
#define FROM_ANY(name) __global const char* name = name##_at < 0 ? 0 : (__global const char*)name##_memory + (name##_type != 0 ? 2 : 4) * name##_at;
#define INTO_ANY(name) __global char* name = name##_at < 0 ? 0 : (__global char*)name##_memory + (name##_type != 0 ? 2 : 4) * name##_at;
#define BARRIER barrier(CLK_LOCAL_MEM_FENCE)
#define LANE ((int)get_local_id(0))
#define GROUP_X ((int)get_group_id(0))
#define GROUP_Y ((int)get_group_id(1))
#define GROUP_Z ((int)get_group_id(2))
#define ID64 long
#define U64 ulong
#define U32 uint
#define HIGH_WORD(a, b) mul_hi(a, b)
#define FOUR float4
#define LOAD4(p) vload4(0, p)
#define STORE4(p, v) vstore4(v, 0, p)
#define BITS(f) as_uint(f)
#define FLOAT(u) as_float(u)
#define UNROLL   // drivers of graphics cards unroll for themselves; PoCL needs minutes for what it is told to unroll

#else

#define KERNEL extern "C" __global__ __launch_bounds__(BLOCK)
#define DEVICE static __device__ __forceinline__
#define GLOBAL
#define LOCAL __shared__
#define LOCAL_FOURS __shared__ __align__(16)
#define NEAR
#define IN_OF(type, name) const type* name
#define OUT_OF(type, name) type* name
#define FROM_OF(type, name)
#define INTO_OF(type, name)
#define IN_ANY(name) const void* name, int name##_type
#define OUT_ANY(name) void* name, int name##_type
#define FROM_ANY(name)
#define INTO_ANY(name)
#define BARRIER __syncthreads()
#define LANE ((int)threadIdx.x)
#define GROUP_X ((int)blockIdx.x)
#define GROUP_Y ((int)blockIdx.y)
#define GROUP_Z ((int)blockIdx.z)
#define ID64 long long
#define U64 unsigned long long
#define U32 unsigned int
#define HIGH_WORD(a, b) __umulhi(a, b)
#define FOUR float4
#define LOAD4(p) (*(const float4*)(p))
#define STORE4(p, v) (*(float4*)(p) = (v))
#define BITS(f) __float_as_uint(f)
#define FLOAT(u) __uint_as_float(u)
#define UNROLL _Pragma("unroll")
#define MATRIX_SUM(form, d, a, b)                                                                                 \
    asm volatile("mma.sync.aligned." form " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"                \
                 : "+f"((d)[0]), "+f"((d)[1]), "+f"((d)[2]), "+f"((d)[3])                                         \
                 : "r"((a)[0]), "r"((a)[1]), "r"((a)[2]), "r"((a)[3]), "r"((b)[0]), "r"((b)[1]));

#endif

#define IN(name) IN_OF(float, name)
#define OUT(name) OUT_OF(float, name)
#define FROM(name) FROM_OF(float, name)
#define INTO(name) INTO_OF(float, name)
#define GLOBAL_ID (GROUP_X * BLOCK + LANE)
#define PUT(y, i, v, add) ((y)[i] = (add) ? (y)[i] + (v) : (v))

#ifdef HAS_DOUBLE
#define WIDE double
#else
#define WIDE float
#endif

// Sum of one value of each thread, by halves: a fixed order. Every thread gets it; sums [BLOCK] is free again.
DEVICE WIDE block_sum(NEAR WIDE* sums, WIDE value)
{
    sums[LANE] = value;
    BARRIER;
    for (int reach = BLOCK / 2; reach > 0; reach >>= 1)
    {
        if (LANE < reach) sums[LANE] += sums[LANE + reach];
        BARRIER;
    }

    WIDE total = sums[0];
    BARRIER;
    return total;
}

DEVICE float leaky(float x, float slope) { return x > 0 ? x : slope * x; }

// 1 / (1 + e^-x) without overflow.
DEVICE float sigmoid(float x)
{
    float e = exp(-fabs(x));
    return (x < 0 ? e : 1.0f) / (1.0f + e);
}

// 1 leaky ReLU, 2 tanh, 3 GELU, 4 SiLU, 5 sigmoid, 0 none.
DEVICE float activated(float v, int activation, float slope)
{
    if (activation == 1) return leaky(v, slope);
    if (activation == 2) return tanh(v);
    if (activation == 3) return 0.5f * v * erfc(v * -0.70710678f);
    if (activation == 4) return v * sigmoid(v);
    return activation == 5 ? sigmoid(v) : v;
}

// Nearest bf16, ties to even: the upper half of a float.
DEVICE U32 bf16_of(float v)
{
    U32 bits = BITS(v);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return (bits >> 16) | 0x40u;   // not a number, and stays so
    return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

// Nearest float of ten bits behind the point, ties away from 0, as cvt.rna.tf32 has it.
DEVICE U32 tf32_of(float v)
{
    U32 bits = BITS(v);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return bits | 0x400000u;
    return (bits + 0x1000u) & 0xffffe000u;
}

// Nearest fp16, ties to even.
DEVICE U32 fp16_of(float v)
{
#ifdef __OPENCL_VERSION__
    ushort bits;
    vstore_half_rte(v, 0, (half*)&bits);
    return bits;
#else
    unsigned short bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(v));
    return bits;
#endif
}

// The number of the lower sixteen bits.
DEVICE float fp16_value(U32 word)
{
    unsigned short bits = (unsigned short)word;
#ifdef __OPENCL_VERSION__
    return vload_half(0, (const half*)&bits);
#else
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
    return value;
#endif
}

DEVICE FOUR zeros(void)
{
    FOUR v;
    v.x = 0;
    v.y = 0;
    v.z = 0;
    v.w = 0;
    return v;
}

#define READ(name, i) any_value(name, name##_type, i)
#define READ4(name, i) any_four(name, name##_type, i)
#define WRITE(name, i, v, add) put_any(name, name##_type, i, (add) ? READ(name, i) + (v) : (v))

// The number of a 16-bit word of type 1 or 2.
DEVICE float half_value(U32 word, int type) { return type == 1 ? FLOAT(word << 16) : fp16_value(word); }

DEVICE float any_value(GLOBAL const void* x, int type, int i)
{
#ifdef HALVES
    if (type != 0) return half_value(((GLOBAL const unsigned short*)x)[i], type);
#endif
    return ((GLOBAL const float*)x)[i];
}

DEVICE FOUR any_four(GLOBAL const void* x, int type, int i)
{
#ifdef HALVES
    if (type != 0)
    {
        U64 words = *(GLOBAL const U64*)((GLOBAL const unsigned short*)x + i);
        FOUR v;
        v.x = half_value((U32)words & 0xffffu, type);
        v.y = half_value((U32)(words >> 16) & 0xffffu, type);
        v.z = half_value((U32)(words >> 32) & 0xffffu, type);
        v.w = half_value((U32)(words >> 48), type);
        return v;
    }
#endif
    return LOAD4((GLOBAL const float*)x + i);
}

DEVICE void put_any(GLOBAL void* y, int type, int i, float v)
{
#ifdef HALVES
    if (type != 0)
    {
        ((GLOBAL unsigned short*)y)[i] = (unsigned short)(type == 1 ? bf16_of(v) : fp16_of(v));
        return;
    }
#endif
    ((GLOBAL float*)y)[i] = v;
}

// The fraction of turns in units of 2^-64.
DEVICE U64 turns_of(WIDE turns)
{
    turns -= floor(turns);
    U64 high = (U64)(turns * 4294967296.0f), low = (U64)((turns * 4294967296.0f - (WIDE)high) * 4294967296.0f);
    return (high << 32) + low;
}

// sin(2 pi phase) of a phase in units of 2^-64, from the nearest quarter turn, so that the rest is exact in float.
DEVICE float sine_of_turns(U64 phase)
{
    U64 shifted = phase + 0x2000000000000000u;
    int quarter = (int)(shifted >> 62);
    ID64 rest = (ID64)(phase - ((U64)quarter << 62));
    float angle = (float)rest * 3.4061215800304255e-19f;   // 2 pi / 2^64
    float value = (quarter & 1) ? cos(angle) : sin(angle);
    return (quarter & 2) ? -value : value;
}
