#pragma once

/* The question, before anything is mailed: who is to be told of a change? */

#include "office/call.h"
#include "remind/notice-preview.h"

#define NOTIFY_NOBODY    "nobody"
#define NOTIFY_LATER     "later"
#define NOTIFY_NOW       "now"
#define NOTIFY_ALL_LATER "all-later"
#define NOTIFY_ALL_NOW   "all-now"

/**
 * notify_page_ask() - reply with the question. It has the fields of the form that was sent, so that the
 * answer makes the same change.
 */
int notify_page_ask(OfficeCall *call, const NoticePreview *preview);
