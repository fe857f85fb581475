#pragma once

/*
 * The collections in a home, and the last part of their paths there. A collection of the account has the
 * name that its program chose; one of the office, or one that another account shares, has its key in the
 * store. If the account has chosen the key of another collection, that collection gets a `~` before its key,
 * as does a calendar that has the name of the inbox or outbox.
 */

#include "store/object.h"

/**
 * home_find() - find the collection of a path
 * @account: the owner of the home
 * @segment: decoded
 *
 * Return: 0, STORE_E_NOT_FOUND, another condition of the store, negative errno. Says nothing about rights.
 */
int home_find(Store *store, const char *account, bool is_cards, const char *segment, Collection *ret);

/** home_segment() - write the last part of a collection's path in the home of @account */
int home_segment(Store *store, const char *account, const Collection *collection,
                char ret[static COLLECTION_SEGMENT_SIZE]);

/*
 * The drafts of a calendar of the office are a collection of their own (COLLECTION_DRAFTS), of VJOURNALs,
 * beside that of its events, because many programs fail on two kinds of components in one calendar. In the
 * store both are one.
 */

/**
 * home_drafts_of() - whether a last part of a path is that of the drafts of a calendar
 * @ret: the last part of the calendar's own path
 */
bool home_drafts_of(const char *segment, char ret[static COLLECTION_SEGMENT_SIZE]);

/** home_has_drafts() - whether a collection has another one with its drafts */
bool home_has_drafts(const Collection *collection);

/** home_kinds() - the kinds of objects that are members of a collection: bits 1 << ObjectKind */
unsigned home_kinds(const Collection *collection);
