using Actions.Shared.Validation.Cel;

namespace Actions.Shared.Tests.Validation.Cel;

/// <summary>The language line by line: each case is an expression that must be true, or one with what becomes of it.</summary>
public sealed class CelConformanceSpecs
{
    public static TheoryData<string, string> True => CelCases.Read("true");

    public static TheoryData<string, string> Outcomes => CelCases.Read("outcome");

    public static TheoryData<string, string> Refused => CelCases.Read("refused");

    [Theory]
    [MemberData(nameof(True))]
    public void An_expression_is_true(string section, string expression) => CelCases.Outcome(expression).ShouldBe("true", $"{section}: {expression}");

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void An_expression_comes_to(string section, string line)
    {
        var arrow = line.LastIndexOf(" => ", StringComparison.Ordinal);

        CelCases.Outcome(line[..arrow].Trim()).ShouldBe(line[(arrow + 4)..].Trim(), $"{section}: {line}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_expression_is_refused_at_the_marked_place(string section, string line)
    {
        var arrow = line.LastIndexOf(" => ", StringComparison.Ordinal);
        var marked = line[..arrow].TrimEnd();
        var at = marked.IndexOf('»', StringComparison.Ordinal);
        var text = marked.Remove(at, 1);

        CelProgram.TryCompile(text, CelCases.Variables, out _, out var problem).ShouldBeFalse($"{section}: {text}");
        problem.ShouldNotBeNull();
        $"{(problem.IsUnsupported ? "unsupported: " : "")}{problem.Message}".ShouldBe(line[(arrow + 4)..].Trim());
        problem.Position.ShouldBe(at, $"{section}: {text}");
    }
}
