return Lamb.Gpu.Bench.Commands.CommandLine.Run(args);
