#pragma once

// A tensor and its operators, and no more: torch/torch.h is ten seconds of compiling for every file
// that sees it. Sources that make tensors include <ATen/ATen.h>, a third of that.
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
