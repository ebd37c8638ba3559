namespace Integration.Tests.Conventions;

/// <summary>Files that follow from others: compared in a test run, rewritten by <c>make docs</c>.</summary>
internal static class Updating
{
    public static void ShouldBeUpToDate(string path, string actual, string expected)
    {
        if (actual == expected) return;
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
            return;
        }

        var (has, wants) = (actual.Split('\n'), expected.Split('\n'));
        var line = has.Zip(wants).TakeWhile(pair => pair.First == pair.Second).Count();
        throw new ShouldAssertException(
            $"""
            {path}:{line + 1} is out of date: run 'make docs'.
            It has:   {has.ElementAtOrDefault(line)}
            Expected: {wants.ElementAtOrDefault(line)}
            """);
    }
}
