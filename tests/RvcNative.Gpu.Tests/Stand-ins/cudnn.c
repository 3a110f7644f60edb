// cuDNN's convolutions as its reference documents them, on the host's memory and with plain loops: tensors [n,h,w,c], filters [k,h,w,c/groups].
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int n, c, h, w; } Tensor;
typedef struct { int pad[2], stride[2], dilation[2], groups, math; } Convolution;
typedef struct { int algorithm, status; float ms; size_t workspace; int deterministic, math, reserved[3]; } Performance;

enum { SUCCESS = 0, BAD_PARAM = 2000, NOT_SUPPORTED_LAYOUT = 3003, UNKNOWN_GROUPS = 3, WORKSPACE = 1024, ALGORITHM = 1 };
static void* stream_of_handle;

size_t cudnnGetVersion(void) { return 90100; }
int cudnnCreate(void** handle) { *handle = malloc(1); return SUCCESS; }
int cudnnDestroy(void* handle) { free(handle); return SUCCESS; }
int cudnnSetStream(void* handle, void* stream) { stream_of_handle = stream; return handle ? SUCCESS : BAD_PARAM; }
int cudnnCreateTensorDescriptor(Tensor** made) { *made = calloc(1, sizeof(Tensor)); return SUCCESS; }
int cudnnDestroyTensorDescriptor(Tensor* tensor) { free(tensor); return SUCCESS; }
int cudnnCreateFilterDescriptor(Tensor** made) { *made = calloc(1, sizeof(Tensor)); return SUCCESS; }
int cudnnDestroyFilterDescriptor(Tensor* filter) { free(filter); return SUCCESS; }
int cudnnCreateConvolutionDescriptor(Convolution** made) { *made = calloc(1, sizeof(Convolution)); return SUCCESS; }
int cudnnDestroyConvolutionDescriptor(Convolution* convolution) { free(convolution); return SUCCESS; }

int cudnnSetTensor4dDescriptor(Tensor* tensor, int format, int type, int n, int c, int h, int w)
{
    *tensor = (Tensor){ n, c, h, w };
    return format == 1 && type == 0 ? SUCCESS : BAD_PARAM;
}

int cudnnSetFilter4dDescriptor(Tensor* filter, int type, int format, int k, int c, int h, int w)
{
    *filter = (Tensor){ k, c, h, w };
    return format == 1 && type == 0 ? SUCCESS : BAD_PARAM;
}

int cudnnSetConvolution2dDescriptor(Convolution* convolution, int ph, int pw, int u, int v, int dh, int dw, int mode, int compute)
{
    *convolution = (Convolution){ { ph, pw }, { u, v }, { dh, dw }, 1, 0 };
    return mode == 1 && compute == 0 ? SUCCESS : BAD_PARAM;
}

int cudnnSetConvolutionGroupCount(Convolution* convolution, int groups) { convolution->groups = groups; return SUCCESS; }
int cudnnSetConvolutionMathType(Convolution* convolution, int math) { convolution->math = math; return SUCCESS; }

static int length(int of, int taps, const Convolution* convolution, int axis)
{
    return 1 + (of + 2 * convolution->pad[axis] - ((taps - 1) * convolution->dilation[axis] + 1)) / convolution->stride[axis];
}

static int fits(const Tensor* x, const Tensor* w, const Convolution* convolution, const Tensor* y)
{
    return x->n == y->n && x->c == w->c * convolution->groups && y->c == w->n && y->h == length(x->h, w->h, convolution, 0) && y->w == length(x->w, w->w, convolution, 1);
}

// A faster way first whose sums come in any order, then the one to take.
static int advise(int fit, const Convolution* convolution, int wanted, int* found, Performance* all)
{
    if (!fit || wanted < 2) return BAD_PARAM;
    if (convolution->groups == UNKNOWN_GROUPS) return NOT_SUPPORTED_LAYOUT;   // so that there is something it does not have
    memset(all, 0, 2 * sizeof(Performance));
    all[0] = (Performance){ .algorithm = 0, .ms = 1, .deterministic = 0, .math = convolution->math };
    all[1] = (Performance){ .algorithm = ALGORITHM, .ms = 2, .workspace = WORKSPACE, .deterministic = 1, .math = convolution->math };
    *found = 2;
    return SUCCESS;
}

int cudnnGetConvolutionForwardAlgorithm_v7(void* handle, Tensor* x, Tensor* w, Convolution* convolution, Tensor* y, int wanted, int* found, Performance* all)
{
    return advise(fits(x, w, convolution, y), convolution, wanted, found, all);
}

int cudnnGetConvolutionBackwardDataAlgorithm_v7(void* handle, Tensor* w, Tensor* dy, Convolution* convolution, Tensor* dx, int wanted, int* found, Performance* all)
{
    return advise(fits(dx, w, convolution, dy), convolution, wanted, found, all);
}

int cudnnGetConvolutionBackwardFilterAlgorithm_v7(void* handle, Tensor* x, Tensor* dy, Convolution* convolution, Tensor* dw, int wanted, int* found, Performance* all)
{
    return advise(fits(x, dw, convolution, dy), convolution, wanted, found, all);
}

enum { FORWARD, DATA, FILTER };

// Adds every product of a convolution to where the pass wants it.
static int run(int pass, const Tensor* tx, const Tensor* tw, const Tensor* ty, const Convolution* conv, const float* x, const float* w, const float* y, float* to, size_t count,
    float beta, int algorithm, void* workspace, size_t bytes)
{
    if (!fits(tx, tw, conv, ty) || algorithm != ALGORITHM || !workspace || bytes != WORKSPACE || (uintptr_t)stream_of_handle != 0x57) return BAD_PARAM;
    memset(workspace, 0xff, bytes);
    double* sum = calloc(count, sizeof(double));
    int outs = ty->c / conv->groups;
    for (int n = 0; n < ty->n; n++) for (int h = 0; h < ty->h; h++) for (int v = 0; v < ty->w; v++) for (int k = 0; k < ty->c; k++)
    for (int r = 0; r < tw->h; r++) for (int s = 0; s < tw->w; s++)
    {
        int row = h * conv->stride[0] + r * conv->dilation[0] - conv->pad[0], column = v * conv->stride[1] + s * conv->dilation[1] - conv->pad[1];
        if (row < 0 || row >= tx->h || column < 0 || column >= tx->w) continue;
        for (int c = 0; c < tw->c; c++)
        {
            size_t ix = (((size_t)n * tx->h + row) * tx->w + column) * tx->c + (k / outs) * tw->c + c, iw = (((size_t)k * tw->h + r) * tw->w + s) * tw->c + c;
            size_t iy = (((size_t)n * ty->h + h) * ty->w + v) * ty->c + k;
            if (pass == FORWARD) sum[iy] += (double)x[ix] * w[iw];
            if (pass == DATA) sum[ix] += (double)y[iy] * w[iw];
            if (pass == FILTER) sum[iw] += (double)x[ix] * y[iy];
        }
    }
    for (size_t i = 0; i < count; i++) to[i] = (float)(sum[i] + (beta == 0 ? 0 : beta * to[i]));
    free(sum);
    return SUCCESS;
}

static size_t size(const Tensor* t) { return (size_t)t->n * t->c * t->h * t->w; }

int cudnnConvolutionForward(void* handle, const float* alpha, Tensor* tx, const float* x, Tensor* tw, const float* w, Convolution* convolution, int algorithm, void* workspace, size_t bytes,
    const float* beta, Tensor* ty, float* y)
{
    return run(FORWARD, tx, tw, ty, convolution, x, w, NULL, y, size(ty), *beta, algorithm, workspace, bytes);
}

int cudnnConvolutionBackwardData(void* handle, const float* alpha, Tensor* tw, const float* w, Tensor* ty, const float* dy, Convolution* convolution, int algorithm, void* workspace,
    size_t bytes, const float* beta, Tensor* tx, float* dx)
{
    return run(DATA, tx, tw, ty, convolution, NULL, w, dy, dx, size(tx), *beta, algorithm, workspace, bytes);
}

int cudnnConvolutionBackwardFilter(void* handle, const float* alpha, Tensor* tx, const float* x, Tensor* ty, const float* dy, Convolution* convolution, int algorithm, void* workspace,
    size_t bytes, const float* beta, Tensor* tw, float* dw)
{
    return run(FILTER, tx, tw, ty, convolution, x, NULL, dy, dw, size(tw), *beta, algorithm, workspace, bytes);
}
