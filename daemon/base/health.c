#include "base/health.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct Health {
        int fd;
        _Atomic usec_t asked; /* time of the oldest unanswered ping; 0 when there is none */
        HealthPart parts[HEALTH_PARTS_MAX];
        size_t n_parts;
};

int health_new(const HealthPart *parts, Health **ret)
{
        *ret = NULL;
        CLEANUP(health_freep) Health *health = calloc(1, sizeof(*health));
        if (!health)
                return -ENOMEM;
        health->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (health->fd < 0)
                return -errno;
        for (; parts[health->n_parts].name && health->n_parts < HEALTH_PARTS_MAX; health->n_parts++)
                health->parts[health->n_parts] = parts[health->n_parts];
        *ret = TAKE_PTR(health);
        return 0;
}

Health *health_free(Health *health)
{
        if (!health)
                return NULL;
        cleanup_close(&health->fd);
        free(health);
        return NULL;
}

int health_fd(const Health *health)
{
        return health->fd;
}

void health_answer(Health *health)
{
        eventfd_t count;
        eventfd_read(health->fd, &count);
        atomic_store(&health->asked, 0);
}

static bool is_recent(usec_t sign, usec_t now, usec_t patience)
{
        return sign >= now || now - sign <= patience;
}

bool health_ask(Health *health, usec_t now, void (*on_part)(const char *name, bool well, void *userdata),
                void *userdata)
{
        const usec_t patience = HEALTH_PATIENCE_SECONDS * USEC_PER_SEC;
        usec_t asked = 0;
        bool well = atomic_compare_exchange_strong(&health->asked, &asked, now) ||
                    is_recent(asked, now, patience);
        bool all = well;
        eventfd_write(health->fd, 1);
        on_part("loop", well, userdata);
        for (size_t i = 0; i < health->n_parts; i++) {
                const HealthPart *part = &health->parts[i];
                well = is_recent(part->oldest_sign(part->userdata), now, patience);
                all = all && well;
                on_part(part->name, well, userdata);
        }
        return all;
}

const char *health_find_stuck(const Health *health, usec_t now, usec_t patience)
{
        for (size_t i = 0; i < health->n_parts; i++) {
                const HealthPart *part = &health->parts[i];
                if (part->threads && !is_recent(part->oldest_sign(part->userdata), now, patience))
                        return part->threads;
        }
        return NULL;
}
