#include "feed/strings.h"

const FeedStrings feed_strings_ru = {
        .busy = "Занято",
        .part_of = "В рамках:",
};
