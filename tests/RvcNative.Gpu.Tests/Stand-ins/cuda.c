// The CUDA driver's calls as its reference documents them, on the host's memory: what is launched runs at once, or is captured. A call without a current context is refused, as is
// one that a capture does not allow; what was made and not freed is counted. Two kernels are known by name: clear and leaky_relu, on floats.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, NOT_FOUND = 500, NOT_READY = 600, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901 };
enum { MOST_ARGUMENTS = 6, DEVICES = 2, MOST_BYTES = 256 << 20, SIZE_BYTES = 64 };
typedef struct { char name[16]; int arguments; } Function;
typedef struct Launch { const Function* function; uint64_t values[MOST_ARGUMENTS]; struct Launch* next; } Launch;
typedef struct { int captures, spoiled; Launch *first, *last; } Stream;
typedef struct { int asked; } Event;

static const Function functions[] = { { "clear", 2 }, { "leaky_relu", 6 } };
static int contexts[DEVICES], retained;
static size_t taken;
static _Thread_local void* current;
static _Thread_local Stream* captured_here;
int standin_begins = SUCCESS, standin_alive = 0;   // what cuInit answers; objects that are there

#define IN_CONTEXT if (current == NULL || *(int*)current == 0) return INVALID_CONTEXT
#define UNCAPTURED IN_CONTEXT; if (captured_here != NULL) { captured_here->spoiled = 1; return CAPTURE_UNSUPPORTED; }

int cuInit(unsigned flags) { return flags != 0 ? INVALID_VALUE : standin_begins; }
int cuDriverGetVersion(int* version) { *version = 12080; return SUCCESS; }
int cuGetErrorName(int error, const char** text) { *text = error == 803 ? "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH" : error == OUT_OF_MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR"; return SUCCESS; }
int cuGetErrorString(int error, const char** text) { *text = error == OUT_OF_MEMORY ? "out of memory" : "as documented"; return SUCCESS; }
int cuDeviceGetCount(int* count) { *count = DEVICES; return SUCCESS; }
int cuDeviceGet(int* device, int ordinal) { *device = 40 + ordinal; return ordinal < DEVICES ? SUCCESS : INVALID_VALUE; }
int cuDeviceGetName(char* name, int bytes, int device) { strncpy(name, device == 40 ? "newer than its compiler" : "older", bytes); return SUCCESS; }
int cuDeviceTotalMem_v2(size_t* bytes, int device) { *bytes = MOST_BYTES; return device >= 40 ? SUCCESS : INVALID_VALUE; }
int cuDeviceGetAttribute(int* value, int attribute, int device) { *value = attribute == 75 ? (device == 40 ? 12 : 8) : attribute == 76 ? 0 : -1; return *value < 0 ? INVALID_VALUE : SUCCESS; }
int cuDevicePrimaryCtxRetain(void** context, int device) { contexts[device - 40]++; retained++; *context = &contexts[device - 40]; return SUCCESS; }
int cuDevicePrimaryCtxRelease_v2(int device) { contexts[device - 40]--; retained--; return SUCCESS; }
int cuCtxSetCurrent(void* context) { current = context; return SUCCESS; }
int cuMemGetInfo_v2(size_t* left, size_t* total) { IN_CONTEXT; *left = MOST_BYTES - taken; *total = MOST_BYTES; return SUCCESS; }

static int take(void** memory, size_t bytes, int of_card)
{
    UNCAPTURED
    if (of_card && taken + bytes > MOST_BYTES) return OUT_OF_MEMORY;
    char* whole = malloc(SIZE_BYTES + bytes);
    *(size_t*)whole = of_card ? bytes : 0;
    taken += *(size_t*)whole;
    standin_alive++;
    *memory = memset(whole + SIZE_BYTES, 0xcc, bytes);
    return SUCCESS;
}

static int give(void* memory)
{
    IN_CONTEXT;
    char* whole = (char*)memory - SIZE_BYTES;
    taken -= *(size_t*)whole;
    standin_alive--;
    free(whole);
    return SUCCESS;
}

int cuMemAlloc_v2(void** memory, size_t bytes) { return take(memory, bytes, 1); }
int cuMemFree_v2(void* memory) { return give(memory); }
int cuMemHostAlloc(void** memory, size_t bytes, unsigned flags) { return flags != 0 ? INVALID_VALUE : take(memory, bytes, 0); }
int cuMemFreeHost(void* memory) { return give(memory); }

static int copy(void* to, const void* from, size_t bytes, Stream* stream)
{
    UNCAPTURED
    if (stream == NULL) return INVALID_VALUE;
    memmove(to, from, bytes);
    return SUCCESS;
}

int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, Stream* stream) { return copy(to, from, bytes, stream); }
int cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes, Stream* stream) { return copy(to, from, bytes, stream); }
int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, Stream* stream) { return copy(to, from, bytes, stream); }

int cuMemsetD8Async(void* to, unsigned char value, size_t count, Stream* stream)
{
    UNCAPTURED
    memset(to, value, count);
    return stream != NULL ? SUCCESS : INVALID_VALUE;
}

static int make(void** made, size_t bytes)
{
    IN_CONTEXT;
    *made = calloc(1, bytes);
    standin_alive++;
    return SUCCESS;
}

static int unmake(void* made)
{
    IN_CONTEXT;
    free(made);
    standin_alive--;
    return SUCCESS;
}

int cuStreamCreate(void** stream, unsigned flags) { return flags != 1 ? INVALID_VALUE : make(stream, sizeof(Stream)); }
int cuStreamDestroy_v2(void* stream) { return unmake(stream); }
int cuStreamSynchronize(Stream* stream) { UNCAPTURED return stream != NULL ? SUCCESS : INVALID_VALUE; }
int cuStreamWaitEvent(Stream* stream, Event* event, unsigned flags) { IN_CONTEXT; return stream != NULL && event != NULL && flags == 0 ? SUCCESS : INVALID_VALUE; }
int cuEventCreate(void** event, unsigned flags) { return flags != 2 ? INVALID_VALUE : make(event, sizeof(Event)); }
int cuEventDestroy_v2(void* event) { return unmake(event); }
int cuEventRecord(Event* event, Stream* stream) { IN_CONTEXT; event->asked = 0; return stream != NULL ? SUCCESS : INVALID_VALUE; }
int cuEventQuery(Event* event) { IN_CONTEXT; return event->asked++ == 0 ? NOT_READY : SUCCESS; }
int cuEventSynchronize(Event* event) { UNCAPTURED return event != NULL ? SUCCESS : INVALID_VALUE; }

int cuStreamBeginCapture_v2(Stream* stream, int mode)
{
    UNCAPTURED
    if (mode != 1) return INVALID_VALUE;   // of this thread alone, for a finalizer may free memory meanwhile
    *stream = (Stream){ .captures = 1 };
    captured_here = stream;
    return SUCCESS;
}

static void forget(Launch* launch)
{
    while (launch != NULL)
    {
        Launch* next = launch->next;
        free(launch);
        launch = next;
    }
}

int cuStreamEndCapture(Stream* stream, Launch** graph)
{
    IN_CONTEXT;
    captured_here = NULL;
    stream->captures = 0;
    *graph = NULL;
    if (stream->spoiled)
    {
        forget(stream->first);
        return CAPTURE_INVALIDATED;
    }

    *graph = calloc(1, sizeof(Launch));
    (*graph)->next = stream->first;
    standin_alive++;
    return SUCCESS;
}

int cuGraphDestroy(Launch* graph) { IN_CONTEXT; forget(graph); standin_alive--; return SUCCESS; }

int cuGraphInstantiateWithFlags(Launch** executable, const Launch* graph, unsigned long long flags)
{
    UNCAPTURED
    if (graph == NULL || flags != 0) return INVALID_VALUE;
    Launch** to = executable;
    for (; graph != NULL; graph = graph->next, to = &(*to)->next)
    {
        *to = malloc(sizeof(Launch));
        **to = *graph;
    }
    standin_alive++;
    return SUCCESS;
}

int cuGraphExecDestroy(Launch* executable) { IN_CONTEXT; forget(executable); standin_alive--; return SUCCESS; }

static int number(uint64_t value) { return (int)(uint32_t)value; }

static void run(const Launch* launch)
{
    const uint64_t* v = launch->values;
    float *first = (float*)v[0], *second = (float*)v[2], slope;
    uint32_t bits = (uint32_t)v[4];
    memcpy(&slope, &bits, sizeof slope);
    if (launch->function == &functions[0]) for (int i = 0; i < number(v[1]); i++) first[i] = 0;
    else for (int i = 0; i < number(v[5]); i++) second[i] = first[i] > 0 ? first[i] : slope * first[i];
}

int cuGraphLaunch(const Launch* executable, Stream* stream)
{
    UNCAPTURED
    if (stream == NULL) return INVALID_VALUE;
    for (const Launch* launch = executable->next; launch != NULL; launch = launch->next) run(launch);
    return SUCCESS;
}

int cuModuleLoadData(void** module, const char* image) { UNCAPTURED return strncmp(image, "PTX", 3) != 0 && strncmp(image, "CUBIN", 5) != 0 ? INVALID_VALUE : make(module, 1); }
int cuModuleUnload(void* module) { return unmake(module); }

int cuModuleGetFunction(const Function** function, void* module, const char* name)
{
    IN_CONTEXT;
    for (int i = 0; i < 2; i++)
    {
        if (strcmp(functions[i].name, name) != 0) continue;
        *function = &functions[i];
        return SUCCESS;
    }
    return NOT_FOUND;
}

int cuLaunchKernel(const Function* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes, Stream* stream, void** parameters, void** extra)
{
    IN_CONTEXT;
    if (!gridX || gridY - 1 > 65534 || gridZ - 1 > 65534 || blockX != 256 || blockY != 1 || blockZ != 1 || sharedBytes || !stream || extra) return INVALID_VALUE;
    Launch* launch = calloc(1, sizeof(Launch));
    launch->function = function;
    for (int i = 0; i < function->arguments; i++) memcpy(&launch->values[i], parameters[i], sizeof(uint64_t));
    if (!stream->captures)
    {
        run(launch);
        free(launch);
    }
    else if (stream->last == NULL) stream->first = stream->last = launch;
    else stream->last = stream->last->next = launch;
    return SUCCESS;
}
