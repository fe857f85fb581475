#include "http/shares.h"

#include "base/cleanup.h"

#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* The number of connections of a network. */
typedef struct Share {
        Address network; /* the key: first */
        int n;
} Share;

static int compare_shares(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(Address));
}

static Share *find_share(const Shares *shares, const Address *network)
{
        Share *const *found = tfind(network, &shares->tree, compare_shares);
        return found ? *found : NULL;
}

bool shares_add(Shares *shares, const Address *network)
{
        Share *share = find_share(shares, network);
        if (!share) {
                share = calloc(1, sizeof(*share));
                if (!share)
                        return false;
                share->network = *network;
                if (!tsearch(share, &shares->tree, compare_shares)) {
                        free(share);
                        return false;
                }
        }
        share->n++;
        return true;
}

void shares_remove(Shares *shares, const Address *network)
{
        Share *share = find_share(shares, network);
        if (share && --share->n == 0) {
                tdelete(share, &shares->tree, compare_shares);
                free(share);
        }
}

int shares_count(const Shares *shares, const Address *network)
{
        const Share *share = find_share(shares, network);
        return share ? share->n : 0;
}

void shares_done(Shares *shares)
{
        tdestroy(shares->tree, free);
        shares->tree = NULL;
}

/* The counts of all networks. While `list` is NULL, only their number and their sum are computed. */
typedef struct Counts {
        int *list;
        size_t n, sum;
} Counts;

static void count_one(const void *node, VISIT visit, void *userdata)
{
        Counts *counts = userdata;
        const Share *share = *(Share *const *)node;
        if (visit != postorder && visit != leaf)
                return;
        if (counts->list)
                counts->list[counts->n] = share->n;
        counts->n++;
        counts->sum += (size_t)share->n;
}

static int compare_counts(const void *a, const void *b)
{
        return *(const int *)a - *(const int *)b;
}

int shares_level(const Shares *shares, size_t total)
{
        Counts counts = { 0 };
        twalk_r(shares->tree, count_one, &counts);
        if (counts.sum <= total)
                return INT_MAX;
        CLEANUP(cleanup_free) int *list = calloc(counts.n, sizeof(*list));
        if (!list)
                return INT_MAX;
        counts = (Counts){ .list = list };
        twalk_r(shares->tree, count_one, &counts);
        qsort(list, counts.n, sizeof(*list), compare_counts);
        for (size_t i = 0; i < counts.n; i++) {
                size_t each = total / (counts.n - i);
                if ((size_t)list[i] >= each)
                        return each > 0 ? (int)each : 1;
                total -= (size_t)list[i];
        }
        return INT_MAX;
}
