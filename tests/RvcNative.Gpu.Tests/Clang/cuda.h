// What NVRTC has built in, for a check by clang without a CUDA toolkit.
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ inline __attribute__((always_inline))


struct ThreadX { __device__ operator int() const { return __nvvm_read_ptx_sreg_tid_x(); } };
struct BlockX { __device__ operator int() const { return __nvvm_read_ptx_sreg_ctaid_x(); } };
struct BlockY { __device__ operator int() const { return __nvvm_read_ptx_sreg_ctaid_y(); } };
struct BlockZ { __device__ operator int() const { return __nvvm_read_ptx_sreg_ctaid_z(); } };
struct ThreadPlace { ThreadX x; };
struct BlockPlace { BlockX x; BlockY y; BlockZ z; };
__device__ static const ThreadPlace threadIdx;
__device__ static const BlockPlace blockIdx;
__device__ inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((unsigned long long)a * b) >> 32); }

struct alignas(16) float4 { float x, y, z, w; };
__device__ inline unsigned __float_as_uint(float f) { return __builtin_bit_cast(unsigned, f); }
__device__ inline float __uint_as_float(unsigned u) { return __builtin_bit_cast(float, u); }

#define ONE(name) __device__ float name(float); __device__ double name(double);
ONE(exp) ONE(log) ONE(log1p) ONE(sqrt) ONE(tanh) ONE(sin) ONE(cos) ONE(fabs) ONE(floor) ONE(erfc)
#undef ONE
__device__ float fmax(float, float);
__device__ double fmax(double, double);
