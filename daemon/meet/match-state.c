#include "meet/match-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void match_state_done(MatchState *state)
{
        free(state->meetings);
        free(state->person_load);
        free(state->place_load);
        free(state->near_first);
        free(state->near_end);
        free(state->host_first);
        free(state->person_first);
        free(state->person_wishes);
        free(state->limit_left);
}

static usec_t greater(usec_t a, usec_t b)
{
        return a > b ? a : b;
}

/* Whether two meetings of one person are too near to each other. */
static bool too_near(const MatchSlot *a, const MatchSlot *b)
{
        return a->start < b->end + greater(b->after, a->before) &&
               b->start < a->end + greater(a->after, b->before);
}

static bool overlap(const MatchSlot *a, const MatchSlot *b)
{
        return a->start < b->end && b->start < a->end;
}

int match_state_person_load(const MatchState *state, int person, int slot)
{
        return state->person_load[(size_t)person * state->problem->n_slots + (size_t)slot];
}

static void add_to_person(MatchState *state, int person, int slot, int weight)
{
        const MatchProblem *problem = state->problem;
        int *load = state->person_load + (size_t)person * problem->n_slots;
        for (int i = state->near_first[slot]; i < state->near_end[slot]; i++)
                if (too_near(&problem->slots[i], &problem->slots[slot]))
                        load[i] += weight;
}

static void add_to_place(MatchState *state, int place, int slot, int weight)
{
        const MatchProblem *problem = state->problem;
        for (int i = state->near_first[slot]; i < state->near_end[slot]; i++)
                if (overlap(&problem->slots[i], &problem->slots[slot]))
                        state->place_load[(size_t)i * (size_t)problem->n_places + (size_t)place] += weight;
}

/* Whether a meeting at an opening counts for a limit. */
static bool counts_for(const MatchProblem *problem, const MatchOpening *opening, int limit)
{
        int at = opening->limit;
        while (at >= 0 && at != limit)
                at = problem->limit_parents[at];
        return at >= 0;
}

/* Returns the first limit of an opening that is reached; -1 if there is none. */
static int reached_limit(const MatchState *state, const MatchOpening *opening)
{
        int at = opening->limit;
        while (at >= 0 && state->limit_left[at] > 0)
                at = state->problem->limit_parents[at];
        return at;
}

/*
 * Returns the wish with the least weight among those whose meetings count for the first limit of an opening
 * that is reached; -1 if there is none. Without its meeting, no limit of the opening is reached, because
 * they are all parents of the first one. All these meetings have one host, so only the wishes of the host
 * are searched.
 */
static int lightest_of_limit(const MatchState *state, const MatchOpening *opening)
{
        const MatchProblem *problem = state->problem;
        int found = -1, limit = reached_limit(state, opening);
        for (int i = state->person_first[opening->host]; i < state->person_first[opening->host + 1]; i++) {
                int wish = state->person_wishes[i], at = state->meetings[wish].opening;
                if (at >= 0 && counts_for(problem, &problem->openings[at], limit) &&
                                (found < 0 || problem->wishes[wish].weight < problem->wishes[found].weight))
                        found = wish;
        }
        return found;
}

int match_state_limit_load(const MatchState *state, const MatchOpening *opening)
{
        if (reached_limit(state, opening) < 0)
                return 0;
        int lightest = lightest_of_limit(state, opening);
        return lightest < 0 ? MATCH_FIXED : state->problem->wishes[lightest].weight;
}

int match_state_place(const MatchState *state, const MatchOpening *opening, int *ret)
{
        const int *loads = state->place_load + (size_t)opening->slot * (size_t)state->problem->n_places;
        int least = opening->n_places > 0 ? MATCH_FIXED : 0;
        *ret = -1;
        for (int i = 0; i < opening->n_places; i++) {
                int load = loads[opening->places[i]];
                if (*ret >= 0 && load >= least)
                        continue;
                least = load;
                *ret = opening->places[i];
                if (least == 0)
                        break;
        }
        return least;
}

/*
 * Adds the weight of a wish to the loads of all slots that its meeting blocks. @sign: 1; -1 to subtract it.
 */
static void count(MatchState *state, int wish, int sign)
{
        const MatchWish *of = &state->problem->wishes[wish];
        const MatchOpening *opening = &state->problem->openings[state->meetings[wish].opening];
        int weight = sign * of->weight;
        add_to_person(state, of->people[0], opening->slot, weight);
        add_to_person(state, of->people[1], opening->slot, weight);
        if (state->meetings[wish].place >= 0)
                add_to_place(state, state->meetings[wish].place, opening->slot, weight);
        for (int limit = opening->limit; limit >= 0; limit = state->problem->limit_parents[limit])
                state->limit_left[limit] -= sign;
        state->total += weight;
}

typedef struct Removal {
        MatchState *state;
        void (*on_removed)(int wish, void *userdata);
        void *userdata;
} Removal;

static void remove_meeting(const Removal *removal, int wish)
{
        count(removal->state, wish, -1);
        removal->state->meetings[wish].opening = -1;
        removal->on_removed(wish, removal->userdata);
}

static const MatchSlot *slot_of(const MatchState *state, int wish)
{
        const MatchProblem *problem = state->problem;
        int opening = state->meetings[wish].opening;
        return opening < 0 ? NULL : &problem->slots[problem->openings[opening].slot];
}

static void clear_person(const Removal *removal, int person, int slot)
{
        MatchState *state = removal->state;
        if (match_state_person_load(state, person, slot) == 0)
                return;
        for (int i = state->person_first[person]; i < state->person_first[person + 1]; i++) {
                const MatchSlot *other = slot_of(state, state->person_wishes[i]);
                if (other && too_near(other, &state->problem->slots[slot]))
                        remove_meeting(removal, state->person_wishes[i]);
        }
}

static void clear_place(const Removal *removal, int place, int slot)
{
        MatchState *state = removal->state;
        if (state->place_load[(size_t)slot * (size_t)state->problem->n_places + (size_t)place] == 0)
                return;
        for (int i = 0; i < (int)state->problem->n_wishes; i++) {
                const MatchSlot *other = state->meetings[i].place == place ? slot_of(state, i) : NULL;
                if (other && overlap(other, &state->problem->slots[slot]))
                        remove_meeting(removal, i);
        }
}

void match_state_set(MatchState *state, int wish, MatchMeeting meeting,
                void (*on_removed)(int wish, void *userdata), void *userdata)
{
        const Removal removal = { state, on_removed, userdata };
        const MatchOpening *opening = &state->problem->openings[meeting.opening];
        clear_person(&removal, state->problem->wishes[wish].people[0], opening->slot);
        clear_person(&removal, state->problem->wishes[wish].people[1], opening->slot);
        if (meeting.place >= 0)
                clear_place(&removal, meeting.place, opening->slot);
        if (match_state_limit_load(state, opening) > 0)
                remove_meeting(&removal, lightest_of_limit(state, opening));
        state->meetings[wish] = meeting;
        count(state, wish, 1);
}

/* Finds, for each slot, the range of slots that a meeting in it could block. */
static void find_near(MatchState *state)
{
        const MatchProblem *problem = state->problem;
        usec_t longest = 0, buffer = 0;
        for (size_t i = 0; i < problem->n_slots; i++) {
                const MatchSlot *slot = &problem->slots[i];
                longest = greater(longest, slot->end - slot->start);
                buffer = greater(buffer, greater(slot->before, slot->after));
        }
        int first = 0, end = 0, n = (int)problem->n_slots;
        for (int i = 0; i < n; i++) {
                while (problem->slots[first].start + longest + buffer < problem->slots[i].start)
                        first++;
                while (end < n && problem->slots[end].start <= problem->slots[i].start + longest + buffer)
                        end++;
                state->near_first[i] = first;
                state->near_end[i] = end;
        }
}

static void index_hosts(MatchState *state)
{
        const MatchProblem *problem = state->problem;
        size_t at = 0;
        for (int person = 0; person <= problem->n_people; person++) {
                while (at < problem->n_openings && problem->openings[at].host < person)
                        at++;
                state->host_first[person] = (int)at;
        }
}

static void index_wishes(MatchState *state)
{
        const MatchProblem *problem = state->problem;
        int *first = state->person_first;
        for (size_t i = 0; i < problem->n_wishes; i++)
                for (int side = 0; side < 2; side++)
                        first[problem->wishes[i].people[side] + 1]++;
        for (int person = 0; person < problem->n_people; person++)
                first[person + 1] += first[person];
        for (size_t i = problem->n_wishes; i-- > 0;)
                for (int side = 0; side < 2; side++)
                        state->person_wishes[--first[problem->wishes[i].people[side] + 1]] = (int)i;
        memmove(first, first + 1, (size_t)problem->n_people * sizeof(*first));
        first[problem->n_people] = (int)problem->n_wishes * 2;
}

static void take(MatchState *state)
{
        const MatchProblem *problem = state->problem;
        for (size_t i = 0; i < problem->n_people_taken; i++) {
                const MatchTaken *taken = &problem->people_taken[i];
                const MatchSlot time = { taken->start, taken->end, taken->before, taken->after };
                int *load = state->person_load + (size_t)taken->who * problem->n_slots;
                for (size_t slot = 0; slot < problem->n_slots; slot++)
                        if (taken->is_exact ? overlap(&time, &problem->slots[slot])
                                            : too_near(&time, &problem->slots[slot]))
                                load[slot] = MATCH_FIXED;
        }
        for (size_t i = 0; i < problem->n_places_taken; i++) {
                const MatchTaken *taken = &problem->places_taken[i];
                const MatchSlot time = { taken->start, taken->end, 0, 0 };
                for (size_t slot = 0; slot < problem->n_slots; slot++)
                        if (overlap(&time, &problem->slots[slot]))
                                state->place_load[slot * (size_t)problem->n_places + (size_t)taken->who] =
                                                MATCH_FIXED;
        }
}

static int allocate(MatchState *state)
{
        const MatchProblem *problem = state->problem;
        size_t people = (size_t)problem->n_people, places = (size_t)problem->n_places;
        state->meetings = calloc(problem->n_wishes + 1, sizeof(*state->meetings));
        state->person_load = calloc(people * problem->n_slots + 1, sizeof(int));
        state->place_load = calloc(places * problem->n_slots + 1, sizeof(int));
        state->near_first = calloc(problem->n_slots + 1, sizeof(int));
        state->near_end = calloc(problem->n_slots + 1, sizeof(int));
        state->host_first = calloc(people + 1, sizeof(int));
        state->person_first = calloc(people + 2, sizeof(int));
        state->person_wishes = calloc(problem->n_wishes * 2 + 1, sizeof(int));
        state->limit_left = calloc(problem->n_limits + 1, sizeof(int));
        return state->meetings && state->person_load && state->place_load && state->near_first &&
                                               state->near_end && state->host_first && state->person_first &&
                                               state->person_wishes && state->limit_left
                               ? 0
                               : -ENOMEM;
}

int match_state_init(const MatchProblem *problem, MatchState *ret)
{
        *ret = (MatchState){ .problem = problem };
        size_t rows = (size_t)problem->n_people + (size_t)problem->n_places;
        if (problem->n_slots > 0 && rows > MATCH_CELLS_MAX / problem->n_slots)
                return MATCH_E_TOO_LARGE;
        int r = allocate(ret);
        if (r != 0)
                return r;
        for (size_t i = 0; i < problem->n_wishes; i++)
                ret->meetings[i] = (MatchMeeting){ -1, -1 };
        for (size_t i = 0; i < problem->n_limits; i++)
                ret->limit_left[i] = problem->limits[i];
        find_near(ret);
        index_hosts(ret);
        index_wishes(ret);
        take(ret);
        return 0;
}
