using System.Globalization;

// What it prints and what it takes must not depend on where it runs.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return Lamb.Gpu.Bench.Commands.CommandLine.Run(args);
