#pragma once

/* Inside draft/mention* only: how far the name of an event reaches, and how the text speaks of it. */

#include "draft/mention.h"

#include <sys/types.h>

/* The scan of a text for mentions. */
typedef struct MentionScan {
        const TokenText *text;
        MentionList *ret;
} MentionScan;

/** mention_add() - a new mention at the end of the list; NULL on lack of memory */
Mention *mention_add(MentionScan *scan);

/**
 * mention_add_visit() - add the visit, meeting or signing whose verb is at a token
 * Return: the token after it, @at if there is none, -ENOMEM.
 */
ssize_t mention_add_visit(MentionScan *scan, size_t at);

/**
 * mention_add_held() - add the event that only the verb at a token tells: of taking place, or of inviting
 * Return: the token after it, @at if there is none, -ENOMEM.
 */
ssize_t mention_add_held(MentionScan *scan, size_t at);

/**
 * mention_subject_begin() - the first token of the clause of the verb at @verb, as that of its subject:
 * "делегация Беларуси посетила завод"
 * @from: the first token that may be in it
 *
 * Return: the token; @verb if the clause begins otherwise, as with "в ходе визита".
 */
size_t mention_subject_begin(const TokenText *text, size_t from, size_t verb);

/**
 * mention_add_alone() - add the name that begins at a token without the word of a kind
 * Return: the token after it, or the next token if there is none, -ENOMEM.
 */
ssize_t mention_add_alone(MentionScan *scan, size_t at);

/** mention_name_begin() - the first token of the name whose event's word is at @head */
size_t mention_name_begin(const TokenText *text, size_t head);

/**
 * mention_name_end() - the token after the name
 * @at:      the token after the event's word
 * @mention: its frame is known; the quotation is set if there is one
 */
size_t mention_name_end(const TokenText *text, size_t at, Mention *mention);

/** mention_is_many() - whether a word, such as "various", tells that no one event is meant */
bool mention_is_many(const TokenText *text, size_t at);

/**
 * mention_name_of_line() - find the name of an event, without the word of a kind, that begins at a token:
 * of an item of a list with its day, or of a heading over the day and place
 * Return: the token after it; 0 for none.
 */
size_t mention_name_of_line(const TokenText *text, size_t at);

/** mention_is_roman() - whether a token is a Roman number, as in "IV форум" */
bool mention_is_roman(const Token *token);

/** mention_is_heading() - whether a token is in the heading of the text */
bool mention_is_heading(const TokenText *text, size_t at);

/** mention_is_framed() - whether the words before a name, such as "as part of", make it a frame */
bool mention_is_framed(const TokenText *text, size_t first);

/** mention_describe() - fill in what the words around the name say */
void mention_describe(const TokenText *text, Mention *mention);

/** mention_give_roles() - give each mention its verb and role */
void mention_give_roles(const TokenText *text, MentionList *list);
