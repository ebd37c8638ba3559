namespace Actions.Shared.Validation.Configuration;

/// <summary>Lets all problems of a text be told at once.</summary>
internal static class ConfigurationProblems
{
    /// <summary><paramref name="value"/> when there are no problems.</summary>
    /// <exception cref="ActionException">There is one.</exception>
    /// <exception cref="AggregateException">There are several.</exception>
    public static T ThrowIfAny<T>(IReadOnlyList<ActionException> problems, T value) => problems.Count switch
    {
        0 => value,
        1 => throw problems[0],
        _ => throw new AggregateException(problems),
    };
}
