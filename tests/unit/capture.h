#pragma once

/* Captures standard error between two calls. Without a journal, the log is written to standard error. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Capture {
        int before, file;
        char text[16384];
} Capture;

static inline void capture_begin(Capture *capture)
{
        char path[] = "/tmp/capture.XXXXXX";
        fflush(stderr);
        capture->before = dup(STDERR_FILENO);
        capture->file = mkstemp(path);
        unlink(path);
        dup2(capture->file, STDERR_FILENO);
}

static inline const char *capture_end(Capture *capture)
{
        fflush(stderr);
        ssize_t n = pread(capture->file, capture->text, sizeof(capture->text) - 1, 0);
        capture->text[n > 0 ? n : 0] = '\0';
        dup2(capture->before, STDERR_FILENO);
        close(capture->before);
        close(capture->file);
        return capture->text;
}
