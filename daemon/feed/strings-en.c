#include "feed/strings.h"

const FeedStrings feed_strings_en = {
        .busy = "Busy",
        .part_of = "Part of:",
};
