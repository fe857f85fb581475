#pragma once

/*
 * Towns and their zones, by GeoNames (made by make-gazetteer from Debian's packages libtimezonemap-data and
 * libgeonames-common). Russian names are found in every case: «в Саранске», «из Набережных Челнов».
 */

#include "draft/token.h"

typedef struct GazetteerTown {
        const char *name; /* in the basic form, static */
        const char *zone; /* IANA, static */
        size_t n_tokens;
        bool is_inflected; /* the text has another form of the name */
} GazetteerTown;

/**
 * gazetteer_find() - find the town whose name begins at a token, which must be a capital. Return: success.
 */
bool gazetteer_find(const TokenText *text, size_t at, GazetteerTown *ret);

/**
 * gazetteer_find_adjective() - find the town of a Russian adjective: «в казанском технопарке». Return:
 * success.
 */
bool gazetteer_find_adjective(const TokenText *text, size_t at, GazetteerTown *ret);
