#pragma once

/** mime_start() - initialize GMime; from any thread, before any other use of it. Private to mail/. */
void mime_start(void);
