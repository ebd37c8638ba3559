// A real child process for tests: each verb does one thing a child may do.
Console.WriteLine(string.Join('\n', args));
