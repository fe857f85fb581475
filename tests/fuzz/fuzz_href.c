/*
 * Addresses that clients write: the bytes as a path below /dav/, and as an href. What is read is written in
 * one form, which gives back the same resource.
 */

#include "base/cleanup.h"
#include "dav/resource.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written(const DavResource *resource)
{
        CLEANUP(buffer_done) Buffer href = BUFFER_INIT(4096), next = BUFFER_INIT(4096);
        DavResource again;
        dav_resource_href(resource, "/x", &href);
        assert(dav_href_read(buffer_text(&href), "/x", NULL, &again) == 0);
        assert(again.kind == resource->kind && strcmp(again.account, resource->account) == 0 &&
                        strcmp(again.collection, resource->collection) == 0 &&
                        strcmp(again.member, resource->member) == 0);
        dav_resource_href(&again, "/x", &next);
        assert(strcmp(buffer_text(&next), buffer_text(&href)) == 0);
        for (const char *c = buffer_text(&href); *c; c++)
                assert(*c > ' ' && *c < 0x7f && !strchr("<>&\"'", *c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        DavResource resource;
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        if (dav_resource_read(text, &resource))
                check_written(&resource);
        int r = dav_href_read(text, "/x", NULL, &resource);
        assert(r == 0 || r == DAV_HREF_E_INVALID || r == DAV_HREF_E_ELSEWHERE || r == DAV_HREF_E_DEEP);
        if (r == 0)
                check_written(&resource);
        return 0;
}
