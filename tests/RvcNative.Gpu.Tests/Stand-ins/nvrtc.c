// NVRTC's calls as its reference documents them; what it makes is the kind of image that was asked for and its options.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_INPUT = 3, INVALID_PROGRAM = 4, INVALID_OPTION = 5, COMPILATION = 6 };
typedef struct { char *source, *image; int is_ptx; } Program;
static const int known[] = { 75, 80, 90 };

int nvrtcVersion(int* major, int* minor) { *major = 12; *minor = 4; return SUCCESS; }
int nvrtcGetNumSupportedArchs(int* count) { *count = 3; return SUCCESS; }
int nvrtcGetSupportedArchs(int* architectures) { memcpy(architectures, known, sizeof known); return SUCCESS; }

int nvrtcCreateProgram(Program** made, const char* source, const char* name, int headers, const char** texts, const char** names)
{
    if (name == NULL || headers != 0 || texts != NULL || names != NULL) return INVALID_INPUT;
    *made = calloc(1, sizeof(Program));
    (*made)->source = strdup(source);
    return SUCCESS;
}

int nvrtcCompileProgram(Program* program, int count, const char** options)
{
    int architecture, standard = 0;
    if (count < 2) return INVALID_OPTION;
    if (sscanf(options[0], "--gpu-architecture=compute_%d", &architecture) == 1) program->is_ptx = 1;
    else if (sscanf(options[0], "--gpu-architecture=sm_%d", &architecture) != 1) return INVALID_OPTION;
    if (architecture != 75 && architecture != 80 && architecture != 90) return INVALID_OPTION;
    for (int i = 1; i < count; i++)
    {
        if (strcmp(options[i], "--std=c++17") == 0) standard = 1;
        else if (strncmp(options[i], "-D", 2) != 0) return INVALID_OPTION;
    }
    if (!standard || strstr(program->source, "__global__") == NULL) return COMPILATION;
    program->image = malloc(64);
    sprintf(program->image, "%s for %d", program->is_ptx ? "PTX" : "CUBIN", architecture);
    return SUCCESS;
}

int nvrtcGetProgramLogSize(Program* program, size_t* bytes) { *bytes = 5; return SUCCESS; }
int nvrtcGetProgramLog(Program* program, char* log) { memcpy(log, "line", 5); return SUCCESS; }

static int size(Program* program, int is_ptx, size_t* bytes)
{
    if (program->image == NULL || program->is_ptx != is_ptx) return INVALID_PROGRAM;
    *bytes = strlen(program->image) + 1;
    return SUCCESS;
}

int nvrtcGetPTXSize(Program* program, size_t* bytes) { return size(program, 1, bytes); }
int nvrtcGetCUBINSize(Program* program, size_t* bytes) { return size(program, 0, bytes); }
int nvrtcGetPTX(Program* program, char* image) { strcpy(image, program->image); return SUCCESS; }
int nvrtcGetCUBIN(Program* program, char* image) { strcpy(image, program->image); return SUCCESS; }

int nvrtcDestroyProgram(Program** program)
{
    free((*program)->source);
    free((*program)->image);
    free(*program);
    *program = NULL;
    return SUCCESS;
}
