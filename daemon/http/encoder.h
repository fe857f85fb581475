#pragma once

/* Private to http/: makes slow codings of entities in the background, so that no reply waits for them. */

#include "http/entity.h"
#include "http/workers.h"

/**
 * http_encoder_start() - have a slow coding made at the second call, since many entities are requested only
 * once. Failures are ignored: the replies are in another coding.
 * @workers: they run http_encoder_run()
 */
void http_encoder_start(HttpEntity *entity, ContentCoding coding, Workers *workers);

/** http_encoder_run() - make a coding of http_encoder_start() */
void http_encoder_run(WorkersJob *job, bool is_over);
