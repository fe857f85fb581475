/* Runs a fuzz harness on every file of a directory, without libFuzzer. Fails on an empty directory. */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_BYTES = 16 * 1024 * 1024 };

/* Runs the harness on one file. Return: the number of inputs, 0 for a hidden file. */
static int replay(const char *directory, const char *name)
{
        char path[4096];
        if (name[0] == '.')
                return 0;
        snprintf(path, sizeof(path), "%s/%s", directory, name);
        FILE *file = fopen(path, "rb");
        uint8_t *bytes = malloc(MAX_BYTES);
        if (!file || !bytes) {
                perror(path);
                exit(1);
        }
        size_t size = fread(bytes, 1, MAX_BYTES, file);
        fclose(file);
        /* A copy of the exact size, so that a sanitizer reports an access past its end. */
        uint8_t *exact = malloc(size > 0 ? size : 1);
        if (!exact)
                exit(1);
        memcpy(exact, bytes, size);
        free(bytes);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        return 1;
}

int main(int argc, char **argv)
{
        DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
        if (!directory) {
                fprintf(stderr, "usage: %s DIRECTORY (of inputs, readable)\n", argv[0]);
                return 1;
        }
        int n = 0;
        for (struct dirent *entry; (entry = readdir(directory));)
                n += replay(argv[1], entry->d_name);
        closedir(directory);
        printf("  REPLAY %s: %d inputs\n", argv[1], n);
        return n > 0 ? 0 : 1;
}
