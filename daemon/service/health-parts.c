#include "service/health-parts.h"

static usec_t http_sign(const void *userdata)
{
        return http_server_oldest_sign(userdata);
}

static usec_t engine_sign(const void *userdata)
{
        return engine_oldest_sign(userdata);
}

static usec_t reminders_sign(const void *userdata)
{
        return engine_fails(userdata) ? 0 : USEC_INFINITY;
}

int health_parts_new(HttpServer *server, Engine *engine, Health **ret)
{
        const HealthPart parts[] = {
                { "http", "the HTTP threads", http_sign, server },
                { "mail", "the mail threads", engine_sign, engine },
                { "reminders", NULL, reminders_sign, engine },
                { .name = NULL },
        };
        return health_new(parts, ret);
}
