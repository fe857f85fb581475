#include "http/encoder.h"

#include "http/variants.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

typedef struct Making {
        WorkersJob job;
        HttpEntity *entity; /* referenced */
        ContentCoding coding;
} Making;

void http_encoder_start(HttpEntity *entity, ContentCoding coding, Workers *workers)
{
        const unsigned bit = CODING_BIT(coding);
        if (!(atomic_fetch_or(&entity->wanted, bit) & bit) || atomic_fetch_or(&entity->started, bit) & bit)
                return;
        Making *making = calloc(1, sizeof(*making));
        if (!making)
                return;
        *making = (Making){ .entity = http_entity_ref(entity), .coding = coding };
        if (workers_add(workers, &(Address){ 0 }, 0, &making->job) != 0)
                http_encoder_run(&making->job, true);
}

void http_encoder_run(WorkersJob *job, bool is_over)
{
        Making *making = (Making *)(void *)((char *)job - offsetof(Making, job));
        /* If this reference is the last one, no reply can have the coding. */
        if (!is_over && atomic_load(&making->entity->refs) > 1)
                http_variants_make(making->entity, making->coding);
        http_entity_unref(making->entity);
        free(making);
}
