#include "aws_config.h"
typedef int aws_config_stub;
