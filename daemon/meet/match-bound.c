/*
 * Computes an upper bound for the sum of the granted weights. No timetable has more meetings of a person,
 * or at a place, than the person or place has slots that do not overlap. The bound for the people is half
 * of the sum of their bounds, because each meeting has two people. The greatest number of slots without an
 * overlap is found by always taking the slot that ends first. The times before and after meetings are left
 * out, which can only raise the bound.
 */

#include "base/cleanup.h"
#include "meet/match-state.h"
#include "meet/match.h"

#include <errno.h>
#include <stdlib.h>

/* An element of the list of all slots in order of their end. */
typedef struct ByEnd {
        usec_t end;
        int slot;
} ByEnd;

static int compare_ends(const void *a, const void *b)
{
        const ByEnd *left = a, *right = b;
        return (left->end > right->end) - (left->end < right->end);
}

static ByEnd *order_by_end(const MatchProblem *problem)
{
        ByEnd *order = calloc(problem->n_slots + 1, sizeof(*order));
        if (!order)
                return NULL;
        for (size_t i = 0; i < problem->n_slots; i++)
                order[i] = (ByEnd){ problem->slots[i].end, (int)i };
        qsort(order, problem->n_slots, sizeof(*order), compare_ends);
        return order;
}

typedef struct Bounding {
        const MatchProblem *problem;
        MatchState state; /* without meetings */
        ByEnd *order;
        bool *usable; /* scratch, for each slot: whether the person or place is free */
        int *weights; /* scratch: of one person's wishes */
} Bounding;

static void bounding_done(Bounding *bounding)
{
        match_state_done(&bounding->state);
        free(bounding->order);
        free(bounding->usable);
        free(bounding->weights);
}

static int count_apart(const Bounding *bounding)
{
        usec_t end = INT64_MIN;
        int n = 0;
        for (size_t i = 0; i < bounding->problem->n_slots; i++) {
                int slot = bounding->order[i].slot;
                if (!bounding->usable[slot] || bounding->problem->slots[slot].start < end)
                        continue;
                end = bounding->problem->slots[slot].end;
                n++;
        }
        return n;
}

static int compare_weights(const void *a, const void *b)
{
        return *(const int *)b - *(const int *)a;
}

/* Adds the @n_most greatest weights. */
static int64_t add_greatest(int *weights, size_t n, int64_t n_most)
{
        int64_t sum = 0;
        qsort(weights, n, sizeof(*weights), compare_weights);
        for (size_t i = 0; i < n && (int64_t)i < n_most; i++)
                sum += weights[i];
        return sum;
}

static int64_t bound_person(Bounding *bounding, int person)
{
        const MatchProblem *problem = bounding->problem;
        const int *first = bounding->state.person_first + person;
        for (size_t slot = 0; slot < problem->n_slots; slot++)
                bounding->usable[slot] = match_state_person_load(&bounding->state, person, (int)slot) == 0;
        for (int i = first[0]; i < first[1]; i++)
                bounding->weights[i - first[0]] = problem->wishes[bounding->state.person_wishes[i]].weight;
        return add_greatest(bounding->weights, (size_t)(first[1] - first[0]), count_apart(bounding));
}

static void mark_place(Bounding *bounding, int place)
{
        const MatchProblem *problem = bounding->problem;
        for (size_t slot = 0; slot < problem->n_slots; slot++)
                bounding->usable[slot] = bounding->state.place_load[slot * (size_t)problem->n_places +
                                                                    (size_t)place] == 0;
}

static int64_t bound_places(Bounding *bounding)
{
        const MatchProblem *problem = bounding->problem;
        int64_t n = 0;
        for (size_t i = 0; i < problem->n_openings; i++)
                if (problem->openings[i].n_places == 0)
                        return INT64_MAX;
        for (int place = 0; place < problem->n_places; place++) {
                mark_place(bounding, place);
                n += count_apart(bounding);
        }
        for (size_t i = 0; i < problem->n_wishes; i++)
                bounding->weights[i] = problem->wishes[i].weight;
        return add_greatest(bounding->weights, problem->n_wishes, n);
}

static int bounding_init(const MatchProblem *problem, Bounding *ret)
{
        *ret = (Bounding){ .problem = problem };
        int r = match_state_init(problem, &ret->state);
        ret->order = order_by_end(problem);
        ret->usable = calloc(problem->n_slots + 1, sizeof(*ret->usable));
        ret->weights = calloc(problem->n_wishes + 1, sizeof(*ret->weights));
        return r == 0 && (!ret->order || !ret->usable || !ret->weights) ? -ENOMEM : r;
}

int match_bound(const MatchProblem *problem, int64_t *ret)
{
        CLEANUP(bounding_done) Bounding bounding;
        int r = bounding_init(problem, &bounding);
        if (r != 0)
                return r;
        int64_t people = 0;
        for (int person = 0; person < problem->n_people; person++)
                people += bound_person(&bounding, person);
        int64_t places = bound_places(&bounding);
        *ret = people / 2 < places ? people / 2 : places;
        return 0;
}
