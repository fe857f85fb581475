#include "meet/match.h"

#include "base/cleanup.h"
#include "meet/match-state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * CANDIDATES: wishes that are compared in one step. TENURE: the least number of steps before a removed
 * meeting can return to its slot. KICK: one step in so many makes a random change, whatever it costs.
 */
enum { CANDIDATES = 6, TENURE = 12, KICK = 10 };

typedef struct Search {
        const MatchProblem *problem;
        MatchState state;
        int *open; /* the wishes without a meeting */
        int n_open;
        int *open_at;        /* of each wish: its index in `open`; -1 if it has a meeting */
        int *away_slot;      /* of each wish: the slot of its last meeting */
        int64_t *away_until; /* of each wish: the step from which it can return to this slot */
        MatchMeeting *best;  /* the best timetable so far */
        int64_t best_total;
        int64_t step, effort; /* steps so far; openings and places that may still be examined */
        uint64_t random;
} Search;

/* A change: a wish gets a meeting. */
typedef struct Change {
        int wish; /* -1: none */
        MatchMeeting meeting;
        int gain;         /* of the sum of the weights */
        unsigned n_equal; /* changes with this gain that were found */
} Change;

static void search_done(Search *search)
{
        match_state_done(&search->state);
        free(search->open);
        free(search->open_at);
        free(search->away_slot);
        free(search->away_until);
        free(search->best);
}

/* xorshift64 (G. Marsaglia, 2003) */
static unsigned draw(Search *search, unsigned n)
{
        search->random ^= search->random << 13;
        search->random ^= search->random >> 7;
        search->random ^= search->random << 17;
        return (unsigned)((search->random >> 32) % n);
}

static void put_open(int wish, void *userdata)
{
        Search *search = userdata;
        search->open_at[wish] = search->n_open;
        search->open[search->n_open++] = wish;
}

static void on_removed(int wish, void *userdata)
{
        Search *search = userdata;
        put_open(wish, search);
        search->away_until[wish] = search->step + TENURE + draw(search, TENURE);
}

static void take_open(Search *search, int wish)
{
        int at = search->open_at[wish], last = search->open[--search->n_open];
        search->open[at] = last;
        search->open_at[last] = at;
        search->open_at[wish] = -1;
}

static bool is_away(const Search *search, int wish, int slot)
{
        return search->away_slot[wish] == slot && search->step < search->away_until[wish];
}

/* Compares an opening for a wish with the best one so far; equally good ones have equal chances. */
static void consider(Search *search, int wish, int at, Change *best)
{
        const MatchState *state = &search->state;
        const MatchOpening *opening = &search->problem->openings[at];
        const MatchWish *of = &search->problem->wishes[wish];
        int place, cost = match_state_person_load(state, of->people[0], opening->slot) +
                          match_state_person_load(state, of->people[1], opening->slot);
        search->effort--;
        if (cost >= MATCH_FIXED || (best->wish >= 0 && of->weight - cost < best->gain))
                return;
        cost += match_state_limit_load(state, opening) + match_state_place(state, opening, &place);
        search->effort -= opening->n_places / 4;
        int gain = of->weight - cost;
        if (cost >= MATCH_FIXED || (best->wish >= 0 && gain < best->gain))
                return;
        if (is_away(search, wish, opening->slot) && state->total + gain <= search->best_total)
                return;
        best->n_equal = best->wish >= 0 && gain == best->gain ? best->n_equal + 1 : 1;
        if (best->n_equal > 1 && draw(search, best->n_equal) != 0)
                return;
        best->wish = wish;
        best->meeting = (MatchMeeting){ at, place };
        best->gain = gain;
}

static void consider_wish(Search *search, int wish, Change *best)
{
        const MatchWish *of = &search->problem->wishes[wish];
        for (int side = 0; side < 2; side++) {
                int host = of->people[side];
                if (!of->may_host[side])
                        continue;
                for (int i = search->state.host_first[host]; i < search->state.host_first[host + 1]; i++)
                        consider(search, wish, i, best);
        }
}

static void make_change(Search *search, const Change *change)
{
        const MatchOpening *openings = search->problem->openings;
        take_open(search, change->wish);
        search->away_slot[change->wish] = openings[change->meeting.opening].slot;
        match_state_set(&search->state, change->wish, change->meeting, on_removed, search);
}

static void keep_best(Search *search)
{
        if (search->state.total <= search->best_total)
                return;
        search->best_total = search->state.total;
        memcpy(search->best, search->state.meetings, search->problem->n_wishes * sizeof(*search->best));
}

/* Grants, in their order, the wishes that need no meeting to be removed. */
static void begin(Search *search)
{
        for (int i = 0; i < (int)search->problem->n_wishes; i++)
                put_open(i, search);
        for (int i = 0; i < (int)search->problem->n_wishes; i++) {
                Change change = { .wish = -1 };
                consider_wish(search, i, &change);
                if (change.wish >= 0 && change.gain == search->problem->wishes[i].weight)
                        make_change(search, &change);
        }
        keep_best(search);
}

/*
 * Compares all openings of a few random wishes. With @anywhere, takes a random opening of one wish instead,
 * whatever it costs, to leave a plateau.
 */
static void look(Search *search, bool anywhere, Change *change)
{
        for (int n = anywhere ? 1 : CANDIDATES; n > 0; n--) {
                int wish = search->open[draw(search, (unsigned)search->n_open)];
                const MatchWish *of = &search->problem->wishes[wish];
                unsigned side = of->may_host[0] && of->may_host[1] ? draw(search, 2) : of->may_host[1];
                int host = of->people[side];
                int first = search->state.host_first[host], end = search->state.host_first[host + 1];
                if (!anywhere)
                        consider_wish(search, wish, change);
                else if (end > first && of->may_host[side])
                        consider(search, wish, first + (int)draw(search, (unsigned)(end - first)), change);
        }
}

/*
 * Makes one step: the change that was found is made if it does not lower the sum, if the new sum is below
 * the best one by at most @slack, or if it is a random one.
 */
static void improve(Search *search, int slack)
{
        Change change = { .wish = -1 };
        bool anywhere = draw(search, KICK) == 0;
        search->step++;
        search->effort--;
        look(search, anywhere, &change);
        bool is_near = search->state.total + change.gain >= search->best_total - slack;
        if (change.wish < 0 || (change.gain < 0 && !is_near && !anywhere))
                return;
        make_change(search, &change);
        keep_best(search);
}

static int greatest_weight(const MatchProblem *problem)
{
        int greatest = 0;
        for (size_t i = 0; i < problem->n_wishes; i++)
                if (problem->wishes[i].weight > greatest)
                        greatest = problem->wishes[i].weight;
        return greatest;
}

static int search_init(const MatchProblem *problem, int64_t effort, Search *ret)
{
        size_t n = problem->n_wishes + 1;
        *ret = (Search){ .problem = problem, .effort = effort, .random = 88172645463325252ULL };
        int r = match_state_init(problem, &ret->state);
        if (r != 0)
                return r;
        ret->open = calloc(n, sizeof(int));
        ret->open_at = calloc(n, sizeof(int));
        ret->away_slot = calloc(n, sizeof(int));
        ret->away_until = calloc(n, sizeof(int64_t));
        ret->best = calloc(n, sizeof(*ret->best));
        if (!ret->open || !ret->open_at || !ret->away_slot || !ret->away_until || !ret->best)
                return -ENOMEM;
        memcpy(ret->best, ret->state.meetings, problem->n_wishes * sizeof(*ret->best));
        return 0;
}

int match_solve(const MatchProblem *problem, int64_t effort, MatchMeeting *ret)
{
        CLEANUP(search_done) Search search;
        int64_t bound = 0;
        int r = search_init(problem, effort, &search);
        if (r == 0)
                r = match_bound(problem, &bound);
        if (r != 0)
                return r;
        int slack = greatest_weight(problem);
        begin(&search);
        while (search.effort > 0 && search.n_open > 0 && search.best_total < bound)
                improve(&search, slack);
        memcpy(ret, search.best, problem->n_wishes * sizeof(*ret));
        return 0;
}

int match_possible(const MatchProblem *problem, bool *ret)
{
        CLEANUP(search_done) Search search;
        int r = search_init(problem, 0, &search);
        for (int i = 0; r == 0 && i < (int)problem->n_wishes; i++) {
                Change change = { .wish = -1 };
                consider_wish(&search, i, &change);
                ret[i] = change.wish >= 0;
        }
        return r;
}
