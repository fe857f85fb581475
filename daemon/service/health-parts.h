#pragma once

/* The parts of the daemon whose heartbeats are watched: the threads of HTTP and mail, and the reminders. */

#include "base/health.h"
#include "http/server.h"
#include "remind/engine.h"

/** health_parts_new() - watch the parts, which must outlive the result. Return: as health_new(). */
int health_parts_new(HttpServer *server, Engine *engine, Health **ret);
