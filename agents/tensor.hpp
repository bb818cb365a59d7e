#pragma once

// A tensor and its operators, and no more: torch/torch.h is ten seconds of compiling for every file
// that sees it. Sources that make tensors include <ATen/ATen.h>, a third of that.
#ifndef AT_PER_OPERATOR_HEADERS
#define AT_PER_OPERATOR_HEADERS  // else the operators alone bring every function there is
#endif
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
