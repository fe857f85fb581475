#pragma once

/*
 * Inside meet/timetable*.c: the participants and offers of an event as a problem for meet/match.h, and the
 * objects that the indices of the problem stand for.
 */

#include "meet/host.h"
#include "meet/match.h"
#include "meet/offers.h"
#include "meet/timetable.h"

typedef struct Participant {
        const char *uid;
        Host host;     /* its card is NULL if it cannot be read */
        bool is_known; /* the card can be read; otherwise all texts but the UID are "" */
        const char *name, *organisation, *address, *language, *zone;
        bool has_offer;
} Participant;

typedef struct EventOffer {
        OfferSlots slots; /* only `event` and `offer` are set */
        SlotList list;    /* the free slots */
        int host;         /* index of the participant */
} EventOffer;

typedef struct Exchange {
        const BookingWork *work;
        const char *event;
        Arena arena;
        Participant *people;
        int n_people, people_max;
        EventOffer *offers;
        size_t n_offers, offers_max;
        SlotSpan *spans; /* of the event */
        size_t n_spans;
        usec_t from, to; /* from now, or the first start, to the last end of them */
        BusyList *busy;  /* [participant]; the first known one's list has other hosts' meetings, too */
        /* The problem, and the offer of each of its openings and the name of each place. */
        MatchProblem problem;
        MatchSlot *times;
        MatchOpening *openings;
        size_t *opening_offers;
        int *places;
        size_t n_openings, n_opening_places;
        const char **place_names;
        int n_places;
        MatchTaken *taken, *places_taken;
        size_t n_taken, n_places_taken;
        int *limits, *limit_parents;
        struct LimitDay *limit_days;
        size_t n_limits;
        MatchWish *wishes; /* of the rows whose index is in wish_rows */
        size_t *wish_rows;
        size_t n_wishes;
} Exchange;

/**
 * exchange_new() - read the offers of the event
 * @n_wishes: for which there must be room
 * @ret:      the caller must free it in every case; NULL if there is none
 * Return: 0, others as the store's.
 */
int exchange_new(const BookingWork *work, const char *event, size_t n_wishes, Exchange **ret);
Exchange *exchange_free(Exchange *exchange);

/**
 * exchange_participant() - return the index of a contact, which is added if it is missing. Must be called
 * before exchange_load(). Return: the index; -1 if there is no memory.
 */
int exchange_participant(Exchange *exchange, const char *uid);

/** exchange_find() - return the index of the participant with a UID; -1 if there is none */
int exchange_find(const Exchange *exchange, const char *uid);

/** exchange_find_offer() - return the offer of the event with a UID; NULL if there is none */
const EventOffer *exchange_find_offer(const Exchange *exchange, const char *uid);

/**
 * exchange_load() - read the cards and busy times of all participants, and find the free slots of the offers
 */
int exchange_load(Exchange *exchange);

/**
 * exchange_make_problem() - make the problem, without its wishes
 * Return: 0, -ENOMEM, others as hours_each().
 */
int exchange_make_problem(Exchange *exchange);
