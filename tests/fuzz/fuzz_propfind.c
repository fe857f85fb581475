/* The content of a PROPFIND request, and its bytes as a path below /dav/. */

#include "base/cleanup.h"
#include "dav/propfind.h"
#include "dav/resource.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(const char *path)
{
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(4096);
        DavResource resource, again;
        if (!dav_resource_read(path, &resource))
                return;
        dav_resource_href(&resource, "", &href);
        assert(dav_resource_read(buffer_text(&href) + strlen("/dav/"), &again) &&
                        again.kind == resource.kind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static Propfind propfind;
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        int r = propfind_read(text, size, &propfind);
        for (size_t i = 0; r == 0 && i < propfind.n; i++)
                assert(propfind.names[i].local[0]);
        propfind_done(&propfind);
        check_path(text);
        return 0;
}
