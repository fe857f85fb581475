#pragma once

/* Inside of web/ only: the booking as a file for the reader's calendar. */

#include "web/meeting-view.h"

/**
 * meeting_calendar_reply() - reply with the booking as a file: what the reader's page shows, without the
 * address of either side
 * Return: as http_reply_send(); STORE_E_NOT_FOUND if the meeting is not booked.
 */
int meeting_calendar_reply(HttpRequest *request, const MeetingView *meeting);
