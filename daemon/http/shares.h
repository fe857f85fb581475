#pragma once

/* Inside of http/ only: how many connections each network holds. The caller has the lock. */

#include "base/network.h"

#include <stddef.h>

typedef struct Shares {
        void *tree; /* of Share */
} Shares;

/** shares_add() - count one more connection. Return: false without counting if there is no memory. */
bool shares_add(Shares *shares, const Address *network);
/** shares_remove() - count one connection less. */
void shares_remove(Shares *shares, const Address *network);
int shares_count(const Shares *shares, const Address *network);
void shares_done(Shares *shares);

/**
 * shares_level() - the maximum per network with which all networks together hold @total; networks below
 * it keep all connections (max-min fairness)
 *
 * Return: the level, at least 1; INT_MAX if they hold no more than @total, or if there is no memory.
 */
int shares_level(const Shares *shares, size_t total);
