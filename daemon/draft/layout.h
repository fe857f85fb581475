#pragma once

/* Private to draft/: the lines of a text, and what their beginnings say about the rest. */

#include "draft/token.h"

enum { LAYOUT_LINE_MAX = 64 }; /* tokens of a line that are looked at */

/** layout_line_begin() - the first token of a line, or one that is LAYOUT_LINE_MAX tokens before @at */
size_t layout_line_begin(const TokenText *text, size_t at);

/** layout_line_end() - the token after a line, or one that is LAYOUT_LINE_MAX tokens after @at */
size_t layout_line_end(const TokenText *text, size_t at);

/** layout_is_leading() - whether a word announces an event: "приглашение", "programme" */
bool layout_is_leading(const TokenText *text, size_t at);

/**
 * layout_heading() - the number of the line that is the heading: the first one, or the second one if the
 * first only says what kind of text it is, as "ПРОГРАММА" and "FOR IMMEDIATE RELEASE" do
 */
uint32_t layout_heading(const TokenText *text);

/** layout_is_mail_header() - whether the line of a token is one of a mail's header that the text quotes */
bool layout_is_mail_header(const TokenText *text, size_t at);

/** layout_item_begin() - the first token of an item, after its dash, bullet or number: "1) 2 октября" */
size_t layout_item_begin(const TokenText *text, size_t at);

/* A line of a programme: "20 мая, 10:00 - Founder talk", "11:30-12:00 Пленарное заседание". */
typedef struct LayoutItem {
        size_t name; /* the first token after the date and the times */
        bool has_date, has_time;
} LayoutItem;

/** layout_item() - read a programme's line. Return: whether the line of a token is one. */
bool layout_item(const TokenText *text, size_t at, LayoutItem *ret);
