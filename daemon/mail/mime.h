#pragma once

/** mime_start() - Inside of mail/ only: make GMime ready; from any thread, before anything else of it. */
void mime_start(void);
