using System.CommandLine;

return new RootCommand("Trains and converts RVC voices.").Parse(args).Invoke();
