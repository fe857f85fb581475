#pragma once

/* Private to http/: counts the connections of each network. The caller must hold the lock. */

#include "base/network.h"

#include <stddef.h>

typedef struct Shares {
        void *tree; /* of Share */
} Shares;

/** shares_add() - count one more connection. Return: false, and nothing is counted, if memory ran out. */
bool shares_add(Shares *shares, const Address *network);
/** shares_remove() - count one connection less. */
void shares_remove(Shares *shares, const Address *network);
int shares_count(const Shares *shares, const Address *network);
void shares_done(Shares *shares);

/**
 * shares_level() - the maximum per network that leaves @total connections to all networks together.
 * Networks with fewer connections keep all of them (max-min fairness).
 *
 * Return: the maximum, at least 1; INT_MAX if there are no more than @total connections, or if memory ran
 * out.
 */
int shares_level(const Shares *shares, size_t total);
