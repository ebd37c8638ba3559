using GitHub.Tests;

[assembly: AssemblyFixture(typeof(DescribedApi))]
