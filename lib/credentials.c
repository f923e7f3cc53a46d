#include "credentials.h"
typedef int credentials_stub;
