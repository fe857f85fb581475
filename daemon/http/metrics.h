#pragma once

/* The server's counters, for pages that show them. */

#include <stdint.h>

/** The numbers of connections since the server was started. */
typedef struct HttpConnections {
        uint64_t open;          /* now */
        uint64_t refused_share; /* because their address or network had reached its limit */
        uint64_t refused_full;  /* because the maximum over all addresses was reached */
        uint64_t cut_slow; /* their request was not complete in time, or they read their reply too slowly */
        uint64_t cut_scarce; /* idle ones, and slow ones of large networks, cut for new connections */
} HttpConnections;

enum { HTTP_STATUS_MIN = 100, HTTP_STATUS_MAX = 600 };
