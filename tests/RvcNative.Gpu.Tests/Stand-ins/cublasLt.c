// cuBLASLt's calls as its reference documents them, on the host's memory and with plain loops: matrices lie column after column, D = op(A) op(B) + beta C, batch by batch.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int compute, transA, transB; } Matmul;
typedef struct { uint64_t rows, columns; int64_t leading, apart; int32_t count; } Layout;
typedef struct { uint64_t workspace; uint32_t alignment[4]; } Preference;
typedef struct { uint64_t data[8]; } Algorithm;
typedef struct { Algorithm algorithm; size_t workspace; int state; float waves; int reserved[4]; } Result;

enum { SUCCESS = 0, INVALID_VALUE = 7, NOT_SUPPORTED = 15, F16 = 74, MAGIC = 0x517e, WORKSPACE = 4096 };

int cublasLtCreate(void** handle) { *handle = malloc(1); return SUCCESS; }
int cublasLtDestroy(void* handle) { free(handle); return SUCCESS; }
size_t cublasLtGetVersion(void) { return 120804; }

int cublasLtMatmulDescCreate(Matmul** made, int compute, int scale)
{
    if (scale != 0 || (compute != 68 && compute != 74 && compute != 75 && compute != 77)) return INVALID_VALUE;
    *made = calloc(1, sizeof(Matmul));
    (*made)->compute = compute;
    return SUCCESS;
}

int cublasLtMatmulDescSetAttribute(Matmul* matmul, int attribute, const void* value, size_t bytes)
{
    if (bytes != sizeof(int32_t) || attribute < 3 || attribute > 4) return INVALID_VALUE;
    memcpy(attribute == 3 ? &matmul->transA : &matmul->transB, value, bytes);
    return SUCCESS;
}

int cublasLtMatmulDescDestroy(Matmul* matmul) { free(matmul); return SUCCESS; }

int cublasLtMatrixLayoutCreate(Layout** made, int type, uint64_t rows, uint64_t columns, int64_t leading)
{
    if (type != 0 || leading < (int64_t)rows) return INVALID_VALUE;
    *made = malloc(sizeof(Layout));
    **made = (Layout){ rows, columns, leading, 0, 1 };
    return SUCCESS;
}

int cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, size_t bytes)
{
    if (attribute == 5 && bytes == sizeof(int32_t)) memcpy(&layout->count, value, bytes);
    else if (attribute == 6 && bytes == sizeof(int64_t)) memcpy(&layout->apart, value, bytes);
    else return INVALID_VALUE;
    return SUCCESS;
}

int cublasLtMatrixLayoutDestroy(Layout* layout) { free(layout); return SUCCESS; }

int cublasLtMatmulPreferenceCreate(Preference** made)
{
    *made = malloc(sizeof(Preference));
    **made = (Preference){ 0, { 256, 256, 256, 256 } };
    return SUCCESS;
}

int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value, size_t bytes)
{
    if (attribute == 1 && bytes == sizeof(uint64_t)) memcpy(&preference->workspace, value, bytes);
    else if (attribute >= 5 && attribute <= 8 && bytes == sizeof(uint32_t)) memcpy(&preference->alignment[attribute - 5], value, bytes);
    else return INVALID_VALUE;
    return SUCCESS;
}

int cublasLtMatmulPreferenceDestroy(Preference* preference) { free(preference); return SUCCESS; }

int cublasLtMatmulAlgoGetHeuristic(
    void* handle, Matmul* matmul, Layout* a, Layout* b, Layout* c, Layout* d, Preference* preference, int wanted, Result* results, int* found)
{
    if (!handle || !matmul || !a || !b || !c || !d || wanted < 1 || preference->workspace < WORKSPACE) return INVALID_VALUE;
    if (matmul->compute == F16) return NOT_SUPPORTED;   // so that there is something it does not have
    memset(results, 0, sizeof(Result));
    results->algorithm.data[0] = MAGIC;
    results->algorithm.data[7] = preference->alignment[0];   // four alike
    results->workspace = WORKSPACE;
    *found = 1;
    return SUCCESS;
}

int cublasLtMatmul(
    void* handle, Matmul* matmul, const float* alpha, const float* a, Layout* la, const float* b, Layout* lb, const float* beta, const float* c, Layout* lc, float* d, Layout* ld,
    const Algorithm* algorithm, void* workspace, size_t workspaceBytes, void* stream)
{
    if (!handle || algorithm->data[0] != MAGIC || !workspace || workspaceBytes != WORKSPACE || (uintptr_t)stream != 0x57) return INVALID_VALUE;
    if (((uintptr_t)a | (uintptr_t)b | (uintptr_t)c | (uintptr_t)d) % algorithm->data[7]) return INVALID_VALUE;
    uint64_t m = matmul->transA ? la->columns : la->rows, k = matmul->transA ? la->rows : la->columns, n = matmul->transB ? lb->rows : lb->columns;
    if ((matmul->transB ? lb->columns : lb->rows) != k || ld->rows != m || ld->columns != n || la->count != ld->count || lb->count != ld->count || lc->count != ld->count) return INVALID_VALUE;
    memset(workspace, 0xff, workspaceBytes);
    for (int64_t each = 0; each < ld->count; each++)
    {
        const float *x = a + each * la->apart, *y = b + each * lb->apart, *from = c + each * lc->apart;
        float* to = d + each * ld->apart;
        for (uint64_t j = 0; j < n; j++)
        {
            for (uint64_t i = 0; i < m; i++)
            {
                double sum = 0;
                for (uint64_t l = 0; l < k; l++)
                {
                    double left = matmul->transA ? x[l + i * la->leading] : x[i + l * la->leading], right = matmul->transB ? y[j + l * lb->leading] : y[l + j * lb->leading];
                    sum += left * right;
                }
                to[i + j * ld->leading] = (float)(*alpha * sum + (*beta == 0 ? 0 : *beta * from[i + j * lc->leading]));
            }
        }
    }
    return SUCCESS;
}
